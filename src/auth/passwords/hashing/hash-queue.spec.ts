import fc from 'fast-check';
import { HashQueue } from './hash-queue';

const bounds = { places: 2, queue: 20, waitMs: 10_000 };
const someone = { network: '203.0.113.1', account: null };
const other = { network: '203.0.113.2', account: null };

/** Work that ends when the test says so. */
function work() {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { run: () => ended, end };
}

describe('the queue for hashes', () => {
  it('never computes more than it has places, serves everyone that waits once, and refuses the rest', async () => {
    const requesters = fc.record({
      network: fc.constantFrom('a', 'b', 'c'),
      account: fc.constantFrom(null, 'x', 'y'),
      ticks: fc.nat({ max: 3 }),
      fails: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(requesters, { maxLength: 40 }), async (asked) => {
        const queue = new HashQueue({ ...bounds, queue: 8 });
        let inside = 0;
        let served = 0;
        const compute = async (ticks: number, fails: boolean) => {
          inside += 1;
          served += 1;
          expect(inside).toBeLessThanOrEqual(bounds.places);
          for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
          inside -= 1;
          if (fails) throw new Error('work failed');
        };
        const results = await Promise.allSettled(
          asked.map(({ ticks, fails, ...requester }) => queue.run(requester, () => compute(ticks, fails))),
        );
        const refused = results.filter((result) => 'reason' in result && code(result.reason) === 'overloaded');
        expect(served + refused.length).toBe(asked.length);
        expect(served).toBeLessThanOrEqual(bounds.places + 8);
        // Every place was given back.
        const again = await Promise.all([1, 2, 3].map(() => queue.run(someone, () => Promise.resolve('done'))));
        expect(again).toEqual(['done', 'done', 'done']);
      }),
    );
  });

  it('refuses a requester who lost the place to another network, and says when to come back', async () => {
    const queue = new HashQueue({ ...bounds, places: 1, queue: 2 });
    const { run, end } = work();
    const first = queue.run(someone, run);
    const kept = queue.run(someone, run);
    await expect(queue.run(someone, run)).rejects.toMatchObject({
      code: 'overloaded',
      headers: { 'retry-after': '5' },
    });
    const others = queue.run(other, run);
    end();
    await Promise.all([first, kept, others]);
  });

  it('refuses a requester who waited too long, and lets the next one in', async () => {
    const queue = new HashQueue({ ...bounds, places: 1, waitMs: 1 });
    const { run, end } = work();
    const first = queue.run(someone, run);
    await expect(queue.run(someone, run)).rejects.toMatchObject({ code: 'overloaded' });
    end();
    await first;
    await expect(queue.run(someone, () => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('computes nothing for a client that has gone away', async () => {
    const queue = new HashQueue({ ...bounds, places: 1 });
    const { run, end } = work();
    const first = queue.run(someone, run);
    const computed = jest.fn(() => Promise.resolve());
    const gone = queue.run({ ...someone, isGone: () => true }, computed);
    const here = queue.run({ ...someone, isGone: () => false }, computed);
    end();
    await first;
    await expect(gone).rejects.toMatchObject({ code: 'overloaded' });
    await here;
    expect(computed).toHaveBeenCalledTimes(1);
  });
});

const code = (reason: unknown) =>
  typeof reason === 'object' && reason !== null && 'code' in reason ? reason.code : undefined;
