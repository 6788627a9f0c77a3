import { Attempt } from './attempt';
import type { Settlement } from './counters/counter-table';

const settlement = (part: Partial<Settlement>): Settlement => ({ giveBack: [], forget: [], ...part });

/** A table that notes what it is asked to settle. */
function table(settle: () => Promise<void> = () => Promise.resolve()) {
  return { settle: jest.fn<Promise<void>, [Settlement]>(settle) };
}

const WINDOW = { giveBack: settlement({ giveBack: ['window'] }), succeed: settlement({ giveBack: ['window'] }) };
const STREAK = { giveBack: settlement({ giveBack: ['free'] }), succeed: settlement({ forget: ['free', 'delay'] }) };

describe('an attempt', () => {
  it('is in progress until all of its counts are settled', async () => {
    const leave = jest.fn();
    let settleCounts: () => void = () => undefined;
    const slow = table(() => new Promise<void>((resolve) => (settleCounts = resolve)));
    const attempt = new Attempt(slow, leave);
    attempt.add('attempts', WINDOW);
    const settled = attempt.settle(503);
    await Promise.resolve();
    expect([slow.settle.mock.calls.length, leave.mock.calls.length]).toEqual([1, 0]);
    settleCounts();
    await settled;
    expect(leave).toHaveBeenCalledTimes(1);
  });

  it('is no longer in progress when its counts cannot be settled', async () => {
    const leave = jest.fn();
    const away = table(() => Promise.reject(new Error('away')));
    const attempt = new Attempt(away, leave);
    attempt.add('attempts', WINDOW);
    await expect(attempt.settle(400)).rejects.toThrow('away');
    expect(leave).toHaveBeenCalledTimes(1);
  });

  it('that was counted for nothing leaves', async () => {
    const leave = jest.fn();
    await new Attempt(table(), leave).settle(429);
    expect(leave).toHaveBeenCalledTimes(1);
  });

  it.each([
    [200, { giveBack: ['window'], forget: ['free', 'delay'] }],
    [401, { giveBack: [], forget: [] }],
    [429, { giveBack: ['window', 'free'], forget: [] }],
    [503, { giveBack: ['window', 'free'], forget: [] }],
  ])('that is answered with %i settles all that it was counted for at once', async (status, expected) => {
    const counters = table();
    const attempt = new Attempt(counters, () => undefined);
    attempt.add('failures', WINDOW);
    attempt.add('failures', STREAK);
    await attempt.settle(status);
    expect(counters.settle.mock.calls).toEqual([[expected]]);
  });
});
