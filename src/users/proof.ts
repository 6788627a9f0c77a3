import type { Transaction } from '../platform/database/transaction';
import type { DomainError } from '../platform/problems/domain-error';
import type { User } from './user.entity';

/**
 * The methods of proof, as keys. A room adds its own by declaration merging: `declare module './proof' { interface
 * ProofMethods { gateway: true } }`. One of its own counts as a first factor only (`assurance.ts`).
 */
export interface ProofMethods {
  /** The password of the account. */
  password: true;
  /** A code or link mailed to the address of the account. */
  email_code: true;
  /** An assertion of a passkey (WebAuthn). */
  passkey: true;
  /** A code of an authenticator app (RFC 6238). */
  totp: true;
  /** One of the codes that were shown for the loss of other factors. */
  recovery_code: true;
  /** A device from which a second factor was proven before: it replaces one for a login, and proves nothing more. */
  trusted_device: true;
  /** The account of another provider (OpenID Connect). */
  external: true;
}

/** A method of proof: `password`, ... ... */
export type ProofMethod = keyof ProofMethods;

/** Records that a client has proven to be the owner of an account. */
export interface Proof {
  readonly method: ProofMethod;
  /** The time, in epoch milliseconds. */
  readonly at: number;
  /** For a passkey: whether its authenticator verified the user by PIN or biometrics (WebAuthn, flag UV). */
  readonly userVerified?: boolean;
}

/**
 * A proof for an account, which is checked again once the account is locked: the credentials may have changed since.
 */
export interface AccountProof extends Proof {
  readonly accountId: string;
  /** Whether it still holds, within the transaction that locks the account. @param account in its current state */
  isCurrent(tx: Transaction, account: User): boolean | Promise<boolean>;
  /** The error when it does not. */
  refusal(): DomainError;
}
