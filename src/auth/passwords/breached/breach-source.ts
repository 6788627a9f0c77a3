/** The SHA-1 hashes of leaked passwords, as Have I Been Pwned publishes them. */
export interface BreachSource {
  /** How many questions may be under way at once. */
  readonly places: number;
  /**
   * Whether a hash is among them. @param hash SHA-1 in 40 uppercase hexadecimal digits
   * @throws InvalidBreachData for anything but the expected format; other errors when the source cannot be read
   */
  has(hash: string): Promise<boolean>;
  /** Releases what the source holds open. */
  close(): Promise<void>;
}

/** A source contains or answers something else than hashes of passwords. The message must not contain any of it. */
export class InvalidBreachData extends Error {
  override readonly name = 'InvalidBreachData';
}
