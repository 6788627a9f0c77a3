import fc from 'fast-check';
import { isoTime } from './iso-time';

describe('isoTime', () => {
  it('writes every moment as Date does', () => {
    fc.assert(
      fc.property(fc.array(fc.date({ noInvalidDate: true })), (dates) => {
        for (const date of dates) expect(isoTime(date.getTime())).toBe(date.toISOString());
      }),
    );
  });

  it('writes the edges of days as Date does', () => {
    for (const time of [0, -1, 86_399_999, 86_400_000, 951_782_400_000, 8.64e15, -8.64e15]) {
      expect(isoTime(time)).toBe(new Date(time).toISOString());
    }
  });
});
