import { Attempt } from './attempt';

/** An admission that notes what becomes of it. */
function admission(giveBack: () => Promise<unknown> = () => Promise.resolve()) {
  return { giveBack: jest.fn(giveBack), succeed: jest.fn(() => Promise.resolve()) };
}

describe('an attempt', () => {
  it('is under way until all of its counts are settled', async () => {
    const leave = jest.fn();
    let settleCount: () => void = () => undefined;
    const slow = admission(() => new Promise<void>((resolve) => (settleCount = resolve)));
    const attempt = new Attempt(leave);
    attempt.add('attempts', slow);
    const settled = attempt.settle(503);
    await Promise.resolve();
    expect([slow.giveBack.mock.calls.length, leave.mock.calls.length]).toEqual([1, 0]);
    settleCount();
    await settled;
    expect(leave).toHaveBeenCalledTimes(1);
  });

  it('is no longer under way when its counts cannot be settled', async () => {
    const leave = jest.fn();
    const attempt = new Attempt(leave);
    attempt.add(
      'attempts',
      admission(() => Promise.reject(new Error('away'))),
    );
    await expect(attempt.settle(400)).rejects.toThrow('away');
    expect(leave).toHaveBeenCalledTimes(1);
  });

  it('that was counted for nothing leaves', async () => {
    const leave = jest.fn();
    await new Attempt(leave).settle(429);
    expect(leave).toHaveBeenCalledTimes(1);
  });
});
