import type { Transaction } from '../platform/database/transaction';
import type { DomainError } from '../platform/problems/domain-error';
import type { User } from './user.entity';

/**
 * The methods of proof, as keys. A room adds its own by declaration merging: `declare module './proof' { interface
 * ProofMethods { passkey: true } }`.
 */
export interface ProofMethods {
  password: true;
}

/** A method of proof: `password`, ... ... */
export type ProofMethod = keyof ProofMethods;

/** Records that a client has proven to be the owner of an account. */
export interface Proof {
  readonly method: ProofMethod;
  /** The time, in epoch milliseconds. */
  readonly at: number;
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
