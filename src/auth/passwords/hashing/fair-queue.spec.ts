import fc from 'fast-check';
import { FairQueue } from './fair-queue';

interface Request {
  network: string;
  account: string | null;
  name: string;
}

const roomy = { total: 1000, perNetwork: 1000, perAccount: 1000 };

const request = (network: string, account: string | null = null, name = ''): Request => ({ network, account, name });

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

/** All waiters in the order in which they are served. */
function serveAll(line: FairQueue<Request>): Request[] {
  const served: Request[] = [];
  for (let next = line.next(); next; next = line.next()) served.push(next);
  return served;
}

/**
 * A flood that fills the line again after each turn, and clients that come back as soon as they were answered, which is
 * while the next one is served. One place. @returns how many turns the clients had of so many
 */
function turnsWithin(turns: number, flood: () => Request, clients: readonly Request[]): number {
  const line = new FairQueue<Request>({ total: 100, perNetwork: 50, perAccount: 4 });
  let had = 0;
  let running: Request | undefined;
  for (const client of clients) line.join(client);
  for (let turn = 0; turn < turns; turn += 1) {
    for (let more = floodOf(line.size); more > 0; more -= 1) {
      const loser = line.join(flood());
      if (loser && clients.includes(loser)) throw new Error('A client lost its place to the flood');
    }
    const answered = running;
    running = line.next();
    if (answered && clients.includes(answered) && line.join(answered) === answered)
      throw new Error('A client was refused');
    if (running && clients.includes(running)) had += 1;
  }
  return had;
}

/** Requests of a flood between two turns: to fill the line at first, and then a few more than there are places. */
const floodOf = (waiting: number) => Math.max(3, 120 - waiting);

describe('the fair queue', () => {
  it('serves networks in turn, each in the order in which its requests came', () => {
    const line = new FairQueue<Request>(roomy);
    for (const index of times(3)) line.join(request('a', null, `a${index}`));
    line.join(request('b', null, 'b0'));
    line.join(request('c', null, 'c0'));
    line.join(request('b', null, 'b1'));
    expect(serveAll(line).map(({ name }) => name)).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'a2']);
  });

  it('serves known accounts before strangers, and those of one network in turn', () => {
    const line = new FairQueue<Request>(roomy);
    line.join(request('a', null, 'stranger'));
    line.join(request('b', 'mia', 'mia0'));
    line.join(request('b', 'mia', 'mia1'));
    line.join(request('b', 'noa', 'noa0'));
    line.join(request('c', 'ben', 'ben0'));
    const served = serveAll(line).map(({ name }) => name);
    expect(served).toEqual(['mia0', 'ben0', 'stranger', 'noa0', 'mia1']);
  });

  it('serves a newcomer before another request of the network that was served last', () => {
    const line = new FairQueue<Request>(roomy);
    for (const name of ['0', '1', '2']) line.join(request('flood', null, name));
    line.next();
    line.join(request('newcomer'));
    expect(serveAll(line).map(({ network }) => network)).toEqual(['newcomer', 'flood', 'flood']);
  });

  it('serves a known account at its first turn, however many networks of strangers wait', () => {
    const line = new FairQueue<Request>(roomy);
    for (const index of times(500)) line.join(request(`bot${index}`));
    for (let turn = 0; turn < 100; turn += 1) line.next();
    line.join(request('home', 'mia'));
    expect(line.next()).toMatchObject({ account: 'mia' });
  });

  it.each([1, 2, 4, 8])('under a flood of one network, %i strangers have their equal share of turns', (count) => {
    const clients = times(count).map((index) => request(`other${index}`));
    // Twice as long as alone would be half of the turns.
    expect(turnsWithin(800, () => request('flood'), clients)).toBeGreaterThanOrEqual((800 * count) / (count + 1) - 8);
  });

  it.each([1, 2, 4, 8])('under a flood of one known account, %i strangers have half of the turns or more', (count) => {
    const clients = times(count).map((index) => request(`other${index}`));
    const share = Math.min(0.75, count / (count + 1));
    expect(turnsWithin(800, () => request('flood', 'mallory'), clients)).toBeGreaterThanOrEqual(800 * share - 8);
  });

  it('a flood of one network with many known accounts has no more turns than one with one', () => {
    let index = 0;
    const flood = () => request('flood', `account${(index += 1) % 20}`);
    const clients = times(4).map((client) => request(`other${client}`));
    expect(turnsWithin(800, flood, clients)).toBeGreaterThanOrEqual(592);
  });

  it.each([1, 2, 4, 8])('under a flood of strangers, %i known accounts have half of the turns or more', (count) => {
    const clients = times(count).map((index) => request(`other${index}`, `account${index}`));
    const share = Math.min(0.75, count / (count + 1));
    expect(turnsWithin(800, () => request('flood'), clients)).toBeGreaterThanOrEqual(800 * share - 8);
  });

  it('under a flood of strangers of its own network, a known account has half of the turns', () => {
    expect(turnsWithin(800, () => request('flood'), [request('flood', 'mia')])).toBeGreaterThanOrEqual(392);
  });

  it('under a flood of another known account of its own network, a known account has half of those of the known', () => {
    const flood = () => request('home', 'mallory');
    expect(turnsWithin(800, flood, [request('home', 'mia')])).toBeGreaterThanOrEqual(292);
  });

  it('strangers have one of four turns, however many known accounts of however many networks there are', () => {
    let index = 0;
    const flood = () => request(`bot${(index += 1) % 30}`, `account${index % 30}`);
    expect(
      turnsWithin(
        800,
        flood,
        times(4).map((client) => request(`other${client}`)),
      ),
    ).toBeGreaterThanOrEqual(190);
  });
});

describe('a full fair queue', () => {
  const full = (count: number, bounds: object, make: (index: number) => Request) => {
    const line = new FairQueue<Request>({ ...roomy, ...bounds });
    for (const index of times(count)) expect(line.join(make(index))).toBeUndefined();
    return line;
  };

  it('gives the place of the newest of the network with the most to a network with fewer', () => {
    const line = full(10, { total: 10 }, (index) => request(index < 7 ? 'flood' : 'small', null, `${index}`));
    expect(line.join(request('new'))).toMatchObject({ network: 'flood', name: '6' });
    expect(line.join(request('flood', null, 'refused'))).toMatchObject({ name: 'refused' });
    expect(line.size).toBe(10);
  });

  it('refuses a stranger when no one has more waiting', () => {
    const line = full(10, { total: 10 }, (index) => request(`bot${index}`));
    expect(line.join(request('new', null, 'refused'))).toMatchObject({ name: 'refused' });
  });

  it('always has a place for a known account that no other has more of', () => {
    const line = full(10, { total: 10 }, (index) => request(`bot${index}`));
    expect(line.join(request('home', 'mia'))).toMatchObject({ account: null });
    const own = full(10, { perNetwork: 10 }, () => request('home'));
    expect(own.join(request('home', 'mia'))).toMatchObject({ account: null });
    const known = full(10, { perNetwork: 10 }, (index) => request('home', 'mallory', `${index}`));
    expect(known.join(request('home', 'mia'))).toMatchObject({ account: 'mallory', name: '9' });
  });

  it('has no more than its share for one network, and refuses the rest', () => {
    const line = full(5, { perNetwork: 5 }, () => request('flood'));
    expect(line.join(request('flood', null, 'refused'))).toMatchObject({ name: 'refused' });
    expect(line.join(request('other'))).toBeUndefined();
  });

  it('takes more requests of a known account than it may have as those of a stranger', () => {
    const line = full(6, { perAccount: 2 }, (index) => request('flood', 'mallory', `${index}`));
    line.join(request('home', 'mia', 'mia'));
    line.join(request('other', null, 'other'));
    const served = serveAll(line).map(({ name }) => name);
    expect(served.indexOf('mia')).toBeLessThan(2);
    expect(served.indexOf('other')).toBeLessThan(3);
    expect(served).toHaveLength(8);
  });

  const networks = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const accounts = fc.constantFrom(null, null, 'x', 'y', 'z');
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ network: networks, account: accounts }) },
    { weight: 1, arbitrary: fc.constantFrom('next' as const, 'leave' as const) },
  );

  it('never exceeds its bounds, loses no request, and serves each once, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const line = new FairQueue<Request>({ total: 12, perNetwork: 5, perAccount: 2 });
        const waiting = new Set<Request>();
        for (const [index, taken] of steps.entries()) {
          if (taken === 'next') {
            const next = line.next();
            expect(next === undefined).toBe(waiting.size === 0);
            if (next) expect(waiting.delete(next)).toBe(true);
          } else if (taken === 'leave') {
            const [first] = waiting;
            if (first) line.remove(first);
            if (first) waiting.delete(first);
          } else {
            const newcomer = { ...taken, name: `${index}` };
            const loser = line.join(newcomer);
            waiting.add(newcomer);
            if (loser) expect(waiting.delete(loser)).toBe(true);
          }
          expect(line.size).toBe(waiting.size);
          expect(waiting.size).toBeLessThanOrEqual(12);
          for (const name of ['a', 'b', 'c', 'd', 'e']) {
            expect([...waiting].filter(({ network }) => network === name).length).toBeLessThanOrEqual(5);
          }
        }
        expect(new Set(serveAll(line))).toEqual(waiting);
        expect(line.size).toBe(0);
      }),
    );
  });
});
