import type { DataAccess } from '../../../platform/database/data-access';
import { type Counts, CounterTable, type Increment, type Settlement } from './counter-table';
import type { Limit } from './limit';
import { type Limiter, StreakLimiter, WindowLimiter } from './limiters';
import { RateLimitCounter } from './rate-limit-counter.entity';

/** Counters in memory. */
class MemoryTable extends CounterTable {
  readonly rows = new Map<string, RateLimitCounter>();

  constructor() {
    super({} as DataAccess);
  }

  override read(keys: readonly string[]): Promise<Counts | null> {
    const found = keys.flatMap((key) => this.rows.get(key) ?? []).filter(({ expire }) => Number(expire) > Date.now());
    const read = new Map(found.map((row) => [row.key, Object.assign(new RateLimitCounter(), row)]));
    return Promise.resolve(read.size > 0 ? read : null);
  }

  override count(increments: readonly Increment[]): Promise<Counts> {
    for (const { key, duration } of increments) {
      const row = this.rows.get(key);
      const isOver = !row || Number(row.expire) <= Date.now();
      const fresh = { key, points: 1, expire: Date.now() + duration * 1000 };
      this.rows.set(key, isOver ? fresh : { key, expire: row.expire, points: row.points + 1 });
    }
    return Promise.resolve(new Map(increments.flatMap(({ key }) => [[key, this.rows.get(key) ?? fail()]])));
  }

  override settle({ giveBack, forget }: Settlement): Promise<void> {
    for (const key of giveBack) {
      const row = this.rows.get(key);
      if (row && row.points > 1) this.rows.set(key, { key, expire: row.expire, points: row.points - 1 });
      else this.rows.delete(key);
    }
    forget.forEach((key) => this.rows.delete(key));
    return Promise.resolve();
  }
}

const fail = () => {
  throw new Error('Nothing was counted');
};

const KEY = 'alice';
const WINDOW: Limit = { name: 'window', subject: 'name', counts: 'failures', points: 2, duration: 900 };
const GROWTH = { free: 2, longest: 900 };
const STREAK: Limit = { name: 'streak', subject: 'name', counts: 'failures', points: 5, duration: 86_400 };

let table: MemoryTable;
let now: number;

beforeEach(() => {
  table = new MemoryTable();
  now = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});

afterEach(() => jest.restoreAllMocks());

const readFor = async (limiter: Limiter): Promise<Counts> => (await table.read(limiter.rows(KEY))) ?? new Map();

/** Reads, and refuses or counts, as a request does. */
async function attempt(limiter: Limiter, read?: Counts) {
  const before = read ?? (await readFor(limiter));
  const refusal = limiter.refusal(KEY, before);
  if (refusal) throw refusal;
  return limiter.admit(KEY, await table.count([limiter.first(KEY, before)]));
}

const refused = (seconds: number) => ({ code: 'rate_limited', headers: { 'retry-after': String(seconds) } });

const points = () => Object.fromEntries([...table.rows.values()].map((row) => [row.key, row.points]));

describe('a window', () => {
  it('lets its points through, and says when the next one may come', async () => {
    const limiter = new WindowLimiter(WINDOW, table);
    await attempt(limiter);
    now += 300_000;
    await attempt(limiter);
    await expect(attempt(limiter)).rejects.toMatchObject(refused(600));
    now += 600_000;
    await attempt(limiter);
    expect(points()).toEqual({ 'window:alice': 1 });
  });

  it('refuses what others that were not read were counted before, and leaves nothing of it behind', async () => {
    const limiter = new WindowLimiter(WINDOW, table);
    const unread: Counts = new Map();
    await attempt(limiter, unread);
    await attempt(limiter, unread);
    await expect(attempt(limiter, unread)).rejects.toMatchObject(refused(900));
    expect(points()).toEqual({ 'window:alice': 2 });
  });

  it('refuses by what was read, before anything is counted, and says by which limit', async () => {
    const limiter = new WindowLimiter(WINDOW, table);
    await attempt(limiter);
    expect(limiter.refusal(KEY, await readFor(limiter))).toBeNull();
    await attempt(limiter);
    expect(limiter.refusal(KEY, await readFor(limiter))).toMatchObject({
      headers: { 'retry-after': '900', ratelimit: '"window";r=0;t=900', 'ratelimit-policy': '"window";q=2;w=900' },
    });
  });

  it('lets a request through whose row was purged meanwhile', async () => {
    await expect(new WindowLimiter(WINDOW, table).admit(KEY, new Map())).resolves.toBeDefined();
  });

  it('gives back what does not count, and nothing else', async () => {
    const { giveBack, succeed } = await attempt(new WindowLimiter(WINDOW, table));
    expect([giveBack, succeed]).toEqual(Array(2).fill({ giveBack: ['window:alice'], forget: [] }));
    await table.settle(giveBack);
    expect(points()).toEqual({});
  });
});

describe('a streak', () => {
  const limiter = () => new StreakLimiter(STREAK, GROWTH, table);

  it('lets its free ones through at once, and the next ones after waits that double', async () => {
    await attempt(limiter());
    await attempt(limiter());
    for (const wait of [2, 4]) {
      await attempt(limiter());
      await expect(attempt(limiter())).rejects.toMatchObject(refused(wait));
      now += wait * 1000;
    }
  });

  it('lasts for the rest of its time after the last one', async () => {
    for (const wait of [0, 0, 2, 4]) {
      await attempt(limiter());
      now += wait * 1000;
    }
    await attempt(limiter());
    await expect(attempt(limiter())).rejects.toMatchObject(refused(86_400 - 6));
  });

  it('lets one more in after the free ones were taken at the same time, and no other', async () => {
    const unread: Counts = new Map();
    for (let index = 0; index < 3; index += 1) await attempt(limiter(), unread);
    await expect(attempt(limiter(), unread)).rejects.toMatchObject(refused(2));
    expect(points()).toEqual({ 'streak:alice': 2, 'streak-delay:alice': 1, 'streak-delayed:alice': 1 });
  });

  it('that is delayed is let in once of several at the same time', async () => {
    await attempt(limiter());
    await attempt(limiter());
    const read = await readFor(limiter());
    await attempt(limiter(), read);
    await expect(attempt(limiter(), read)).rejects.toMatchObject(refused(2));
    expect(points()).toMatchObject({ 'streak-delay:alice': 1, 'streak-delayed:alice': 1 });
  });

  it('refuses one past its delay when others were counted up to the last meanwhile', async () => {
    await attempt(limiter());
    await attempt(limiter());
    const read = await readFor(limiter());
    const most = STREAK.points - GROWTH.free;
    for (let index = 0; index < most; index += 1) {
      await table.count([{ key: 'streak-delayed:alice', duration: STREAK.duration }]);
    }
    await expect(attempt(limiter(), read)).rejects.toMatchObject(refused(STREAK.duration));
    expect(points()).toMatchObject({ 'streak-delayed:alice': most });
  });

  it('refuses by what was read, before anything is counted, for as long as the delay lasts', async () => {
    for (let index = 0; index < 3; index += 1) {
      expect(limiter().refusal(KEY, await readFor(limiter()))).toBeNull();
      await attempt(limiter());
    }
    expect(limiter().refusal(KEY, await readFor(limiter()))).toMatchObject(refused(2));
    now += 2000;
    expect(limiter().refusal(KEY, await readFor(limiter()))).toBeNull();
  });

  it('counts a request as a free one, and as a delayed one once those are used up, before it is looked at', async () => {
    for (const key of ['streak:alice', 'streak:alice', 'streak-delay:alice']) {
      expect(limiter().first(KEY, await readFor(limiter()))).toMatchObject({ key });
      await attempt(limiter());
    }
  });

  it('lets a request through whose rows were purged meanwhile', async () => {
    await expect(limiter().admit(KEY, new Map())).resolves.toBeDefined();
  });

  it('continues with the wait after the delayed ones, when the free ones start again before those', async () => {
    await attempt(limiter());
    await attempt(limiter());
    now += 10_000;
    await attempt(limiter());
    now += 86_400_000 - 10_000;
    const unread: Counts = new Map();
    for (let index = 0; index < 3; index += 1) await attempt(limiter(), unread);
    await expect(attempt(limiter())).rejects.toMatchObject(refused(4));
  });

  it('never lets in more than its points, also when the delay of the last one is gone', async () => {
    const last = { key: 'streak-delayed:alice', points: 3, expire: now + 60_000 };
    table.rows.set(last.key, last);
    const delay = await table.count([{ key: 'streak-delay:alice', duration: 60 }]);
    await expect(limiter().admit(KEY, delay)).rejects.toMatchObject(refused(60));
    expect(table.rows.get(last.key)).toEqual(last);
  });

  it('with a single delayed one waits for it as for any first one, and for the rest of the time after it', async () => {
    const short = new StreakLimiter({ ...STREAK, points: 3 }, GROWTH, table);
    for (let index = 0; index < 3; index += 1) await attempt(short);
    await expect(attempt(short)).rejects.toMatchObject(refused(2));
    now += 2000;
    expect(short.first(KEY, await readFor(short))).toEqual({ key: 'streak-delay:alice', duration: 86_398 });
  });

  it('gives back a free one and a delayed one as it took them, and forgets all after a success', async () => {
    const first = await attempt(limiter());
    await attempt(limiter());
    const delayed = await attempt(limiter());
    await table.settle(delayed.giveBack);
    await table.settle(first.giveBack);
    expect(points()).toEqual({ 'streak:alice': 1 });
    expect(delayed.succeed).toEqual({ giveBack: [], forget: limiter().rows(KEY) });
    await table.settle(delayed.succeed);
    expect(points()).toEqual({});
  });
});
