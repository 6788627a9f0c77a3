import { Pacer } from './pacer';

const BOUNDS = { burst: 3, everyMs: 10, maxMs: 50 };

const waits = (pace: Pacer, count: number, now: number, owner = 'ann') =>
  Array.from({ length: count }, () => pace.wait(owner, now));

describe('a pacer', () => {
  it('lets a burst through at once, and one after the other then, with a longest wait', () => {
    expect(waits(new Pacer(BOUNDS), 10, 1000)).toEqual([0, 0, 0, 10, 20, 30, 40, 50, 50, 50]);
  });

  it('paces each owner separately', () => {
    const pace = new Pacer(BOUNDS);
    waits(pace, 10, 1000);
    expect(waits(pace, 3, 1000, 'ben')).toEqual([0, 0, 0]);
  });

  it('lets as many through at once again as time has passed for, never more than a burst', () => {
    const pace = new Pacer(BOUNDS);
    waits(pace, 5, 1000);
    expect(waits(pace, 2, 1040)).toEqual([0, 0]);
    expect(waits(pace, 4, 9000)).toEqual([0, 0, 0, 10]);
  });
});
