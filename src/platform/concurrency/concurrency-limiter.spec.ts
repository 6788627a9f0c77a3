import fc from 'fast-check';
import { ConcurrencyLimiter } from './concurrency-limiter';

const bounds = { places: 2, queue: 3, waitMs: 10_000, refusal: 'full' };

describe('a concurrency limiter', () => {
  it('never runs more than its bound, serves in order, and refuses the rest at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 3 }), { maxLength: 12 }), async (works) => {
        const gate = new ConcurrencyLimiter(bounds);
        let inside = 0;
        const served: number[] = [];
        const results = await Promise.allSettled(
          works.map((ticks, index) =>
            gate.run(async () => {
              inside += 1;
              expect(inside).toBeLessThanOrEqual(bounds.places);
              served.push(index);
              for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
              inside -= 1;
            }),
          ),
        );
        expect(served).toEqual([...served].sort((a, b) => a - b));
        const refused = results.filter((result) => result.status === 'rejected').length;
        expect(refused).toBe(Math.max(0, works.length - bounds.places - bounds.queue));
        expect(inside).toBe(0);
      }),
    );
  });

  it('serves owners in turn: a newcomer waits for one of each owner, whatever number each has waiting', async () => {
    const gate = new ConcurrencyLimiter({ ...bounds, places: 1, queue: 200 });
    const served: string[] = [];
    const enter = (owner: string) => gate.run(() => Promise.resolve(served.push(owner)), owner);
    const flood = ['a', 'b'].flatMap((owner) => Array<string>(20).fill(owner));
    await Promise.all([...flood, 'newcomer', 'b'].map(enter));
    // One has entered before anybody waited.
    expect(served.slice(0, 6)).toEqual(['a', 'a', 'b', 'newcomer', 'a', 'b']);
    expect(served).toHaveLength(flood.length + 2);
  });

  it('evicts the newest waiter of the owner with the most for an owner with fewer', async () => {
    const gate = new ConcurrencyLimiter({ ...bounds, places: 1, queue: 6 });
    const leave = await gate.enter('a');
    const settled: string[] = [];
    const enter = async (name: string) => {
      const [owner = ''] = name;
      await gate.run(() => Promise.resolve(settled.push(name)), owner).catch(() => settled.push(`no ${name}`));
    };
    const done = Promise.all(['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'b1', 'c1', 'b2', 'b3', 'c2', 'd1'].map(enter));
    await new Promise(setImmediate);
    // No one takes a place only to have more than whom it was taken from.
    expect(settled.toSorted()).toEqual(['no a2', 'no a3', 'no a4', 'no a5', 'no a6', 'no a7', 'no b3']);
    leave();
    await done;
    expect(settled.slice(7)).toEqual(['a1', 'b1', 'c1', 'd1', 'b2', 'c2']);
  });

  it.each([
    ['the newest of an owner with more', ['a1', 'a2', 'a3'], 'b1', 'a3'],
    ['the new one of the owner with the most', ['a1', 'a2', 'b1'], 'a3', 'a3'],
    ['the new one of an owner who would have as many', ['a1', 'a2', 'b1'], 'b2', 'b2'],
  ])('refuses %s where no more may wait', async (_, waiting, newcomer, refused) => {
    const gate = new ConcurrencyLimiter({ ...bounds, places: 1, queue: 3 });
    const leave = await gate.enter('z');
    const names = [...waiting, newcomer];
    const entered = names.map((name) => gate.run(() => Promise.resolve(name), name.slice(0, 1)));
    leave();
    const results = await Promise.allSettled(entered);
    expect(results).toMatchObject(
      names.map((name) => (name === refused ? { reason: { code: 'overloaded' } } : { value: name })),
    );
  });

  it('has as much room to wait as before, once those who waited were served', async () => {
    const gate = new ConcurrencyLimiter({ ...bounds, places: 1, queue: 1 });
    for (let round = 0; round < 3; round += 1) {
      const leave = await gate.enter();
      const next = gate.run(() => Promise.resolve(round));
      leave();
      await expect(next).resolves.toBe(round);
    }
  });

  it('releases the slot when the work fails', async () => {
    const gate = new ConcurrencyLimiter({ ...bounds, places: 1, queue: 0 });
    await expect(gate.run(() => Promise.reject(new Error('work failed')))).rejects.toThrow('work failed');
    await expect(gate.run(() => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('refuses a waiter after the timeout, and serves the next one', async () => {
    const gate = new ConcurrencyLimiter({ ...bounds, places: 1, waitMs: 1 });
    const leave = await gate.enter();
    await expect(gate.enter()).rejects.toMatchObject({ code: 'overloaded' });
    leave();
    await expect(gate.run(() => Promise.resolve('next'))).resolves.toBe('next');
  });
});
