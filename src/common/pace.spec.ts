import { Pace } from './pace';

const BOUNDS = { burst: 3, everyMs: 10, mostMs: 50 };

const waits = (pace: Pace, count: number, now: number, owner = 'ann') =>
  Array.from({ length: count }, () => pace.wait(owner, now));

describe('a pace', () => {
  it('lets a burst through at once, and one after the other then, with a longest wait', () => {
    expect(waits(new Pace(BOUNDS), 10, 1000)).toEqual([0, 0, 0, 10, 20, 30, 40, 50, 50, 50]);
  });

  it('is kept by each owner apart', () => {
    const pace = new Pace(BOUNDS);
    waits(pace, 10, 1000);
    expect(waits(pace, 3, 1000, 'ben')).toEqual([0, 0, 0]);
  });

  it('lets as many through at once again as time has passed for, never more than a burst', () => {
    const pace = new Pace(BOUNDS);
    waits(pace, 5, 1000);
    expect(waits(pace, 2, 1040)).toEqual([0, 0]);
    expect(waits(pace, 4, 9000)).toEqual([0, 0, 0, 10]);
  });
});
