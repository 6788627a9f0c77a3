import fc from 'fast-check';
import { Gate } from './gate';

const bounds = { places: 2, queue: 3, waitMs: 10_000, refusal: 'full' };

describe('a gate', () => {
  it('never lets in more than it has places, serves in order, and refuses the rest at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 3 }), { maxLength: 12 }), async (works) => {
        const gate = new Gate(bounds);
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

  it('gives the place back when the work fails', async () => {
    const gate = new Gate({ ...bounds, places: 1, queue: 0 });
    await expect(gate.run(() => Promise.reject(new Error('work failed')))).rejects.toThrow('work failed');
    await expect(gate.run(() => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('refuses who waited too long, and lets the next one in', async () => {
    const gate = new Gate({ ...bounds, places: 1, waitMs: 1 });
    const leave = await gate.enter();
    await expect(gate.enter()).rejects.toMatchObject({ code: 'overloaded' });
    leave();
    await expect(gate.run(() => Promise.resolve('next'))).resolves.toBe('next');
  });
});
