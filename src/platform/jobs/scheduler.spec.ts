import { ServerConfig } from '../config/server.config';
import { AppLogger } from '../logging/app-logger.service';
import { Scheduler } from './scheduler.service';

describe('the scheduler', () => {
  const logger = new AppLogger(new ServerConfig({ LOG_LEVEL: 'silent' }));
  let scheduler: Scheduler;
  let logged: jest.SpiedFunction<typeof logger.pino.error>;

  /** A job whose runs a test ends. */
  function registerHeld(name: string) {
    const ends: (() => void)[] = [];
    const run = jest.fn<Promise<void>, [AbortSignal]>(() => new Promise((end) => ends.push(end)));
    scheduler.register({ name, everyMs: 1_000, run });
    return { run, ends };
  }

  beforeEach(() => {
    jest.useFakeTimers();
    scheduler = new Scheduler(logger);
    logged = jest.spyOn(logger.pino, 'error').mockImplementation(() => undefined);
  });

  afterEach(async () => {
    await scheduler.stop();
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('runs each job in its own interval, from its start on', async () => {
    const [often, seldom] = [jest.fn(() => Promise.resolve()), jest.fn(() => Promise.resolve())];
    scheduler.register({ name: 'often', everyMs: 1_000, run: often });
    scheduler.register({ name: 'seldom', everyMs: 3_000, run: seldom });
    await jest.advanceTimersByTimeAsync(9_000);
    expect(often).not.toHaveBeenCalled();
    scheduler.start();
    await jest.advanceTimersByTimeAsync(6_000);
    expect([often.mock.calls.length, seldom.mock.calls.length]).toEqual([6, 2]);
  });

  it('never runs a job twice at once', async () => {
    const { run, ends } = registerHeld('held');
    scheduler.start();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(run).toHaveBeenCalledTimes(1);
    ends[0]?.();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(run).toHaveBeenCalledTimes(2);
    ends[1]?.();
  });

  it('runs a job once more for all who ask while it runs', async () => {
    const { run, ends } = registerHeld('held');
    const first = scheduler.run('held');
    await jest.advanceTimersByTimeAsync(0);
    const more = [scheduler.run('held'), scheduler.run('held')];
    await jest.advanceTimersByTimeAsync(0);
    expect(run).toHaveBeenCalledTimes(1);
    ends[0]?.();
    await first;
    await jest.advanceTimersByTimeAsync(0);
    ends[1]?.();
    await Promise.all(more);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('wakes a job that was started, and no other', async () => {
    const run = jest.fn(() => Promise.resolve());
    scheduler.register({ name: 'woken', everyMs: 60_000, run });
    scheduler.wake('woken');
    await jest.advanceTimersByTimeAsync(0);
    expect(run).not.toHaveBeenCalled();
    scheduler.start();
    scheduler.wake('woken');
    await jest.advanceTimersByTimeAsync(0);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('logs what fails, at most once a minute, and runs it again', async () => {
    const error = new Error('no disk');
    const run = jest.fn(() => Promise.reject(error));
    scheduler.register({ name: 'failing', everyMs: 1_000, run });
    scheduler.start();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(run).toHaveBeenCalledTimes(60);
    expect(logged.mock.calls).toEqual([[{ err: error }, 'The job failing failed; it runs again in 1 s']]);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(logged).toHaveBeenCalledTimes(2);
    await expect(scheduler.run('failing')).rejects.toBe(error);
  });

  it('waits at shutdown for running jobs, which are signaled, and starts no others', async () => {
    const { run, ends } = registerHeld('held');
    scheduler.start();
    await jest.advanceTimersByTimeAsync(1_000);
    let isOver = false;
    const over = scheduler.stop().then(() => (isOver = true));
    await jest.advanceTimersByTimeAsync(2_000);
    expect([isOver, run.mock.calls[0]?.[0].aborted]).toEqual([false, true]);
    ends[0]?.();
    await over;
    await scheduler.run('held');
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('does not wait forever at shutdown', async () => {
    const { ends } = registerHeld('held');
    const running = scheduler.run('held');
    await jest.advanceTimersByTimeAsync(0);
    const over = scheduler.stop();
    await jest.advanceTimersByTimeAsync(3_000);
    await over;
    ends[0]?.();
    await running;
  });

  it('refuses two jobs of one name, and a name that no job has', () => {
    registerHeld('one');
    expect(() => registerHeld('one')).toThrow('There are two jobs named one');
    expect(() => scheduler.run('other')).toThrow('other');
  });
});
