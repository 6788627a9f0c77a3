import { SharedRun } from './shared-run';

describe('a shared run', () => {
  beforeEach(() => jest.useFakeTimers());

  afterEach(() => jest.useRealTimers());

  it('is one for all who ask before it starts, and starts at most once per interval', async () => {
    const work = jest.fn(() => Promise.resolve());
    const shared = new SharedRun(work, 250);
    const askedMs = 10_000;
    for (let ms = 0; ms < askedMs; ms += 10) {
      const asked = Promise.all([shared.run(), shared.run()]);
      await jest.advanceTimersByTimeAsync(10);
      if (ms === askedMs - 10) await jest.advanceTimersByTimeAsync(250).then(() => asked);
    }
    expect(work.mock.calls.length).toBeGreaterThanOrEqual(40);
    expect(work.mock.calls.length).toBeLessThanOrEqual(42);
  });

  it('starts after the call: a caller that asks during a run gets the next one', async () => {
    const ends: (() => void)[] = [];
    const shared = new SharedRun(() => new Promise((end) => ends.push(end)), 250);
    const first = shared.run();
    await jest.advanceTimersByTimeAsync(0);
    let isDone = false;
    const second = shared.run().then(() => (isDone = true));
    await jest.advanceTimersByTimeAsync(1_000);
    // Never concurrently: an older result must not replace a newer one.
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await first;
    await jest.advanceTimersByTimeAsync(0);
    expect([isDone, ends.length]).toEqual([false, 2]);
    ends[1]?.();
    await second;
    expect(isDone).toBe(true);
  });

  it('fails for those who share it, and runs again for the next', async () => {
    const work = jest.fn<Promise<void>, []>().mockRejectedValueOnce(new Error('no database')).mockResolvedValue();
    const shared = new SharedRun(work, 250);
    await expect(Promise.all([shared.run(), shared.run()])).rejects.toThrow('no database');
    const again = shared.run();
    await jest.advanceTimersByTimeAsync(250);
    await again;
    expect(work).toHaveBeenCalledTimes(2);
  });
});
