import fc from 'fast-check';
import { GRACE_MS, classifyRefresh, rotated } from './rotation';

/** A chain after rotations with these pauses, and when each of its tokens was rotated. */
function chainOf(pauses: number[]) {
  let chain = { rotation: 0, recentRotations: [] as number[] };
  let now = 1_000_000;
  const rotatedAt: number[] = [];
  for (const pause of pauses) {
    now += pause;
    chain = rotated(chain, now);
    rotatedAt.push(now);
  }
  return { chain, rotatedAt, now };
}

const pauses = fc.array(fc.nat({ max: 2 * GRACE_MS }), { maxLength: 30 });

describe('the use of a refresh token', () => {
  it('rotates with the newest token, whatever came before', () => {
    fc.assert(
      fc.property(pauses, fc.nat(), (before, later) => {
        const { chain, now } = chainOf(before);
        expect(classifyRefresh(chain, chain.rotation, now + later)).toBe('rotate');
      }),
    );
  });

  it('with an older token repeats until 10 seconds after the rotation of that very token, and is reuse from then on', () => {
    fc.assert(
      fc.property(pauses, fc.nat({ max: 3 * GRACE_MS }), (before, later) => {
        const { chain, rotatedAt, now } = chainOf(before);
        rotatedAt.forEach((time, presented) => {
          const isGrace = now + later - time <= GRACE_MS;
          expect(classifyRefresh(chain, presented, now + later)).toBe(isGrace ? 'repeat' : 'reuse');
        });
      }),
    );
  });

  it('with an older token repeats up to the very end of its 10 seconds, also when another token rotates then', () => {
    const { chain, now } = chainOf([0, GRACE_MS]);
    expect([0, 1].map((later) => classifyRefresh(chain, 0, now + later))).toEqual(['repeat', 'reuse']);
  });

  it('with a number that was never given is reuse', () => {
    fc.assert(
      fc.property(pauses, fc.integer({ min: 1, max: 0xffffffff }), (before, ahead) => {
        const { chain, now } = chainOf(before);
        expect(classifyRefresh(chain, chain.rotation + ahead, now)).toBe('reuse');
      }),
    );
  });

  it('remembers a bounded number of rotations, however fast they come', () => {
    const { chain } = chainOf(Array<number>(1000).fill(0));
    expect(chain.rotation).toBe(1000);
    expect(chain.recentRotations.length).toBeLessThanOrEqual(32);
  });

  it('keeps no time of a rotation that no longer matters', () => {
    const { chain, now } = chainOf([0, 0, GRACE_MS + 1]);
    expect(chain.recentRotations).toEqual([now]);
  });
});
