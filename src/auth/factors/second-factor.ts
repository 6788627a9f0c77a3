import { DiscoveryService } from '@nestjs/core';
import type { Actor } from '../../platform/audit/domain-events';
import type { DataAccess } from '../../platform/database/data-access';
import type { Transaction } from '../../platform/database/transaction';
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
   * Verifies evidence, and uses up what is good once only, within the caller's transaction, which has locked the account.
   * @returns null when it is wrong
   */
  verify(tx: Transaction, user: User, evidence: FactorEvidence, ceremony: Ceremony): Promise<Proof | null>;
  /** Called in the transaction that records a refusal, for what has to be told about it beyond that. */
  onRefusal?(tx: Transaction, owner: User, evidence: FactorEvidence, ceremony: Ceremony, actor: Actor): Promise<void>;
}

/** Marks a provider as a kind of second factor, which `SecondFactors` finds in any module. */
export const IsSecondFactor = DiscoveryService.createDecorator();
