import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { compareSync, hashSync } from 'bcrypt';
import { canLowerThreads, defaultHashes } from '../../../platform/kernel/processors';
import { HashThread } from './hash-thread';
import { HashThreadPool } from './hash-thread-pool.service';

/** The nice value of each thread of this process. */
function priorities(): number[] {
  const values = readdirSync('/proc/self/task').map((id) => readFileSync(`/proc/self/task/${id}/stat`, 'utf8'));
  // proc(5): the 19th field, counted behind the name in parentheses.
  return values.map((stat) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]));
}

describe('hash threads', () => {
  let threads: HashThreadPool;

  beforeEach(() => {
    threads = new HashThreadPool();
  });

  afterEach(() => threads.onApplicationShutdown());

  it('hash and compare as bcrypt does, text and bytes', async () => {
    const made = await threads.hash('secret', 4);
    expect(compareSync('secret', made)).toBe(true);
    const stored = hashSync('secret', 4);
    expect(await threads.compare('secret', stored)).toBe(true);
    expect(await threads.compare(Buffer.from('secret'), stored)).toBe(true);
    expect(await threads.compare('Secret', stored)).toBe(false);
  });

  it('answer each of many jobs at once with its own result', async () => {
    const passwords = ['one', 'two', 'three', 'four', 'five'];
    const made = await Promise.all(passwords.map((password) => threads.hash(password, 4)));
    const matching = await Promise.all(made.flatMap((hash) => passwords.map((other) => threads.compare(other, hash))));
    expect(matching).toEqual(passwords.flatMap((one) => passwords.map((another) => one === another)));
  });

  it('are replaced when one crashes, and only its job fails', async () => {
    const { nothing } = {} as { nothing: string };
    const [failed, made] = await Promise.allSettled([threads.hash(nothing, 4), threads.hash('secret', 4)]);
    expect(failed.status).toBe('rejected');
    expect(made.status).toBe('fulfilled');
    expect(await threads.compare('secret', await threads.hash('secret', 4))).toBe(true);
  });

  it('are gone after the application has shut down, and compute nothing more', async () => {
    const before = process.getActiveResourcesInfo().filter((resource) => resource === 'MessagePort').length;
    await threads.hash('secret', 4);
    await threads.onApplicationShutdown();
    expect(process.getActiveResourcesInfo().filter((resource) => resource === 'MessagePort')).toHaveLength(before);
    await expect(threads.hash('secret', 4)).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('that end while they compute fail their job', async () => {
    const thread = new HashThread();
    const job = thread.run({ password: 'secret', cost: 10 });
    await Promise.all([expect(job).rejects.toThrow('A hash thread ended.'), thread.stop()]);
    expect(thread.isAlive).toBe(false);
  });

  it('have a lower priority than other threads on Linux; elsewhere fewer run', async () => {
    const cores = availableParallelism();
    expect(defaultHashes()).toBe(Math.min(16, canLowerThreads() ? cores : Math.max(1, cores - 1)));
    if (process.platform !== 'linux') return;
    expect(canLowerThreads()).toBe(true);
    const low = () => priorities().filter((priority) => priority === 10).length;
    const before = low();
    await Promise.all([threads.hash('secret', 4), threads.hash('secret', 4)]);
    expect(low()).toBe(before + 2);
    expect(priorities().filter((priority) => priority < 10).length).toBeGreaterThan(0);
  });
});
