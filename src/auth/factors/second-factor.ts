import { DiscoveryService } from '@nestjs/core';
import type { Actor } from '../../platform/audit/domain-events';
import type { DataAccess } from '../../platform/database/data-access';
import type { Transaction } from '../../platform/database/transaction';
import type { ClientInfo } from '../../platform/http/client/client-info';
import type { Proof, ProofMethod } from '../../users/proof';
import type { User } from '../../users/user.entity';

/**
 * What a client sends to prove a second factor: exactly one property. A room adds its own by declaration merging:
 * `declare module '../factors/second-factor' { interface FactorEvidence { totp?: string } }`.
 */
export interface FactorEvidence {
  /** Always undefined: keeps the interface from accepting anything. */
  password?: undefined;
}

/**
 * What a proof of possession must have been made for, such as `challenge:<id>` or `session:<id>`: a factor with a
 * challenge of its own (a passkey) binds it to this text.
 */
export type Ceremony = `${'challenge' | 'session'}:${string}`;

/** What a factor is proven for, and by which client. */
export interface FactorUse {
  readonly ceremony: Ceremony;
  readonly client: ClientInfo | null;
}

/** A factor of an account, as its owner sees it. */
export interface FactorSummary {
  readonly id: string;
  /** The name that its owner gave it. */
  readonly name: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Epoch milliseconds; null for one that was never used. */
  readonly lastUsedAt: number | null;
}

/** A kind of second factor. */
export interface SecondFactor {
  readonly method: ProofMethod;
  /** Whether its secrets are short enough to be guessed, so that wrong ones count for the account. */
  readonly isGuessable: boolean;
  /** Whether the evidence is of this kind. */
  reads(evidence: FactorEvidence): boolean;
  /** Whether the account has one that could be used now. */
  isEnrolled(data: DataAccess, userId: string): Promise<boolean>;
  /**
   * Verifies evidence, and consumes it where it is valid only once, within the caller's transaction, which has locked
   * the account.
   * @returns null when it is wrong
   */
  verify(tx: Transaction, user: User, evidence: FactorEvidence, use: FactorUse): Promise<Proof | null>;
  /** Called in the transaction that records a refusal, for what has to be told about it beyond that. */
  onRefusal?(tx: Transaction, owner: User, evidence: FactorEvidence, use: FactorUse, actor: Actor): Promise<void>;
  /** The factors of the account that could be used now, oldest first. */
  list(data: DataAccess, userId: string): Promise<readonly FactorSummary[]>;
  /**
   * Removes the factors of the account within the caller's transaction. @param since only those added at this time or
   * later; epoch milliseconds @returns their number
   */
  removeAll(tx: Transaction, userId: string, since: number): Promise<number>;
}

/** Marks a provider as a kind of second factor, which `SecondFactors` finds in any module. */
export const IsSecondFactor = DiscoveryService.createDecorator();
