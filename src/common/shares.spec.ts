import fc from 'fast-check';
import { type GiveBack, Shares } from './shares';

const BOUNDS = { each: 5, inAll: 8 };

const action = fc.oneof(
  fc.record({ owner: fc.constantFrom('ann', 'ben', 'cat'), amount: fc.integer({ min: 1, max: 10 }) }),
  fc.record({ giveBack: fc.nat({ max: 10 }) }),
);

describe('shares', () => {
  it('are bounded for each owner and in all, one owner’s only share apart, and come back once', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const shares = new Shares(BOUNDS);
        const taken: { owner: string; amount: number; giveBack: GiveBack; isHeld: boolean }[] = [];
        const sumOf = (owner?: string) =>
          taken
            .filter((share) => share.isHeld && (owner === undefined || share.owner === owner))
            .reduce((sum, { amount }) => sum + amount, 0);
        for (const each of actions) {
          if ('giveBack' in each) {
            const share = taken[each.giveBack];
            share?.giveBack();
            if (share) share.isHeld = false;
            continue;
          }
          const { owner, amount } = each;
          const fitsOwner = sumOf(owner) === 0 || sumOf(owner) + amount <= BOUNDS.each;
          const fitsAll = sumOf() === 0 || sumOf() + amount <= BOUNDS.inAll;
          const giveBack = shares.take(owner, amount);
          expect(giveBack !== null).toBe(fitsOwner && fitsAll);
          if (giveBack) taken.push({ owner, amount, giveBack, isHeld: true });
        }
      }),
    );
  });
});
