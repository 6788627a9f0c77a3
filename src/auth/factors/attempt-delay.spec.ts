import fc from 'fast-check';
import { delayAfter } from './attempt-delay';

describe('the delay after wrong codes in a row', () => {
  it('is none for the first 9, then 1, 2, 4, ... seconds', () => {
    expect([0, 1, 9, 10, 11, 12, 13].map(delayAfter)).toEqual([0, 0, 0, 1000, 2000, 4000, 8000]);
  });

  it('never shrinks, and is an hour at most', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10_000 }), (failures) => {
        expect(delayAfter(failures + 1)).toBeGreaterThanOrEqual(delayAfter(failures));
        expect(delayAfter(failures)).toBeLessThanOrEqual(3_600_000);
      }),
    );
  });
});
