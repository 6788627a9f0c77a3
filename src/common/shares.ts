/** How much there is, in any unit. */
export interface ShareBounds {
  /** Most that one owner may hold. */
  each: number;
  /** Most that all may hold together. */
  inAll: number;
}

/** Gives a share back; more than once does no harm. */
export type GiveBack = () => void;

/** Shares of something scarce, bounded for each owner and in all. An owner's only share is bounded by `inAll` alone. */
export class Shares {
  private readonly held = new Map<string, number>();
  private sum = 0;

  constructor(private readonly bounds: ShareBounds) {}

  /** @returns null when it would be too much for this owner or in all */
  take(owner: string, amount: number): GiveBack | null {
    const own = this.held.get(owner) ?? 0;
    if (own > 0 && own + amount > this.bounds.each) return null;
    if (this.sum > 0 && this.sum + amount > this.bounds.inAll) return null;
    this.change(owner, amount);
    let isHeld = true;
    return () => {
      if (isHeld) this.change(owner, -amount);
      isHeld = false;
    };
  }

  private change(owner: string, amount: number): void {
    const own = (this.held.get(owner) ?? 0) + amount;
    if (own === 0) this.held.delete(owner);
    else this.held.set(owner, own);
    this.sum += amount;
  }
}
