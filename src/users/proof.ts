import type { Transaction } from '../platform/database/transaction';
import type { DomainError } from '../platform/problems/domain-error';
import type { User } from './user.entity';

/**
 * The methods by which an owner proves to be one, as keys. A room adds its own by declaration merging:
 * `declare module './proof' { interface ProofMethods { passkey: true } }`.
 */
export interface ProofMethods {
  password: true;
}

/** How an owner proved to be one: `password`, ... */
export type ProofMethod = keyof ProofMethods;

/** That a client proved to be the owner of an account. */
export interface Proof {
  readonly method: ProofMethod;
  /** When, in epoch milliseconds. */
  readonly at: number;
}

/** A proof of an account, which is checked again once the account is locked: what it rests on may have changed since. */
export interface AccountProof extends Proof {
  readonly accountId: string;
  /** Whether it still holds, within the transaction that locks the account. @param account as it is now */
  isCurrent(tx: Transaction, account: User): boolean | Promise<boolean>;
  /** What the client is told when it does not. */
  refusal(): DomainError;
}
