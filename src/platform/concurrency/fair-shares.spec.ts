import fc from 'fast-check';
import { type Release, type ShareOwner, FairShares } from './fair-shares';

const BOUNDS = { each: 5, total: 32 };

const action = fc.oneof(
  fc.record({
    account: fc.constantFrom('ann', 'ben', 'cat', null),
    network: fc.constantFrom('home', 'office', 'café'),
    amount: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 8 }) }, fc.integer({ min: 9, max: 40 })),
  }),
  fc.record({ giveBack: fc.nat() }),
);

/** Takes one after the other for as long as there is one. @returns how many */
function takeAll(shares: FairShares, owners: Iterable<ShareOwner>): number {
  let count = 0;
  for (const owner of owners) count += shares.take(owner, 1) ? 1 : 0;
  return count;
}

const crowd = (network: string, accounts: number): ShareOwner[] =>
  Array.from({ length: accounts }, (_, index) => ({ account: `${network} ${index}`, network }));

describe('shares', () => {
  it('are bounded for each account, each network and in total, the only share apart, and come back once', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const shares = new FairShares(BOUNDS);
        const taken: (ShareOwner & { amount: number; giveBack: Release; isHeld: boolean })[] = [];
        const sumOf = (isLike: (share: ShareOwner) => boolean) =>
          taken.reduce((sum, share) => (share.isHeld && isLike(share) ? sum + share.amount : sum), 0);
        for (const each of actions) {
          if ('giveBack' in each) {
            const share = taken[each.giveBack % taken.length];
            share?.giveBack();
            if (share) share.isHeld = false;
            continue;
          }
          const { account, network, amount } = each;
          const own = sumOf((share) => (share.account ?? share.network) === (account ?? network));
          const near = sumOf((share) => share.network === network);
          const sum = sumOf(() => true);
          const part = near === 0 ? 1 : own === 0 ? 1 / 2 : 1 / 4;
          const fits =
            (own === 0 || own + amount <= BOUNDS.each) && near + amount <= (BOUNDS.total - sum + near) * part;
          const giveBack = shares.take(each, amount);
          expect(giveBack !== null).toBe(sum === 0 || fits);
          if (giveBack) taken.push({ ...each, giveBack, isHeld: true });
        }
      }),
    );
  });

  it('may all be one, which may be larger than what there is as long as nothing else is held', () => {
    const shares = new FairShares(BOUNDS);
    const giveBack = shares.take({ account: 'ann', network: 'home' }, BOUNDS.total + 1);
    expect(giveBack).not.toBeNull();
    expect(shares.take({ account: 'ben', network: 'office' }, 1)).toBeNull();
    giveBack?.();
    expect(shares.take({ account: 'ben', network: 'office' }, BOUNDS.total - 1)).not.toBeNull();
    expect(shares.take({ account: 'cat', network: 'café' }, 2)).toBeNull();
    expect(shares.take({ account: 'cat', network: 'café' }, 1)).not.toBeNull();
  });

  it('that are given back twice make no room for more', () => {
    const shares = new FairShares(BOUNDS);
    const [first, second] = ['home', 'office'].map((network) =>
      shares.take({ account: null, network }, BOUNDS.total / 2),
    );
    first?.();
    first?.();
    expect(shares.take({ account: null, network: 'café' }, BOUNDS.total / 2 + 1)).toBeNull();
    second?.();
    expect(shares.take({ account: null, network: 'café' }, BOUNDS.total)).not.toBeNull();
  });

  it('leave half to other networks, whatever number of accounts one has', () => {
    const shares = new FairShares(BOUNDS);
    expect(takeAll(shares, crowd('hostile', 100))).toBe(BOUNDS.total / 2);
    expect(takeAll(shares, crowd('home', 100))).toBe(BOUNDS.total / 4);
  });

  it('leave something to every newcomer: of a full network, and of others when several are full', () => {
    const shares = new FairShares(BOUNDS);
    const [one = { account: null, network: 'hostile' }, ...others] = crowd('hostile', 2);
    const flood = [one, ...others].flatMap((owner) => Array<ShareOwner>(100).fill(owner));
    expect(takeAll(shares, flood)).toBe(BOUNDS.total / 4);
    expect(shares.take(one, 1)).toBeNull();
    expect(shares.take({ account: 'newcomer', network: 'hostile' }, 1)).not.toBeNull();
    expect(shares.take({ account: null, network: 'hostile' }, 1)).not.toBeNull();
    for (const network of ['a', 'b', 'c', 'd']) takeAll(shares, crowd(network, 100));
    expect(shares.take({ account: 'newcomer', network: 'home' }, 1)).not.toBeNull();
  });
});
