/** The bounds, in any unit. */
export interface ShareBounds {
  /** Most that one account may hold. */
  each: number;
  /** Most that all may hold together. */
  total: number;
}

/** Who holds a share: an account, or else the client network. */
export interface ShareOwner {
  account: string | null;
  network: string;
}

/** Returns a share; calling it again has no effect. */
export type Release = () => void;

/** A network may hold a quarter of what the others leave, and up to half of it by accounts that hold nothing yet. */
const [PART, PART_OF_NEWCOMERS] = [4, 2];

/**
 * Divides a scarce resource, bounded per account, per client network and in total. The bound of a network depends on
 * what the others leave, so a few greedy networks leave room for more, and within a full network accounts without a
 * share still get one. An account's first share is not bounded by `each`; a network's first is bounded by `total` only.
 */
export class FairShares {
  private readonly accounts = new Map<string, number>();
  private readonly networks = new Map<string, number>();
  private sum = 0;

  constructor(private readonly bounds: ShareBounds) {}

  /** @returns null when it would exceed the bound of the account, of its network or the total */
  take({ account, network }: ShareOwner, amount: number): Release | null {
    const owner = account ?? network;
    if (!this.fits(this.accounts.get(owner) ?? 0, this.networks.get(network) ?? 0, amount)) return null;
    const change = (by: number) => {
      add(this.accounts, owner, by);
      add(this.networks, network, by);
      this.sum += by;
    };
    change(amount);
    let isHeld = true;
    return () => {
      if (isHeld) change(-amount);
      isHeld = false;
    };
  }

  private fits(ofAccount: number, ofNetwork: number, amount: number): boolean {
    if (this.sum === 0) return true;
    if (ofAccount > 0 && ofAccount + amount > this.bounds.each) return false;
    const left = this.bounds.total - (this.sum - ofNetwork);
    if (ofNetwork === 0) return amount <= left;
    return ofNetwork + amount <= left / (ofAccount === 0 ? PART_OF_NEWCOMERS : PART);
  }
}

function add(held: Map<string, number>, owner: string, amount: number): void {
  const sum = (held.get(owner) ?? 0) + amount;
  if (sum === 0) held.delete(owner);
  else held.set(owner, sum);
}
