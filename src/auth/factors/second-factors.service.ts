import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import type { Actor } from '../../platform/audit/domain-events';
import { SignInConfig } from '../../platform/config/sign-in/sign-in.config';
import type { DataAccess } from '../../platform/database/data-access';
import type { Transaction } from '../../platform/database/transaction';
import { DomainError } from '../../platform/problems/domain-error';
import type { AssuranceLevel } from '../../users/assurance';
import type { Proof, ProofMethod } from '../../users/proof';
import type { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';
import { SecurityNotices } from '../notices/security-notices.service';
import { FREEZING_FAILURES } from './attempt-delay';
import { FactorAttemptCounter } from './factor-attempts.service';
import {
  type Ceremony,
  type FactorEvidence,
  type FactorSummary,
  IsSecondFactor,
  type SecondFactor,
} from './second-factor';

/** The same error for everything that is wrong with a factor. */
export const invalidSecondFactor = () =>
  new DomainError('invalid_second_factor', 'The code or the passkey is not valid.', { isRecorded: true });

/** A second factor that a client has sent. */
export interface FactorAttempt {
  /** The client; the account is its actor only once the factor is verified. */
  readonly actor: Actor;
  readonly accountId: string;
  readonly evidence: FactorEvidence;
  readonly ceremony: Ceremony;
  /** The error when the account does not exist any more. */
  readonly gone: () => DomainError;
}

/** What is demanded of a sign-in before it may have a session. */
export interface FactorDemand {
  readonly purpose: 'second-factor' | 'enrollment';
  /** The methods that would satisfy it. */
  readonly methods: readonly ProofMethod[];
}

/** The second factors of accounts, of any kind: which there are, which are demanded, and whether one was proven. */
@Injectable()
export class SecondFactors implements OnModuleInit {
  private kinds: readonly SecondFactor[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly users: UsersService,
    private readonly attempts: FactorAttemptCounter,
    private readonly audit: AuditWriter,
    private readonly notices: SecurityNotices,
    private readonly config: SignInConfig,
  ) {}

  onModuleInit(): void {
    this.kinds = this.discovery
      .getProviders({ metadataKey: IsSecondFactor.KEY })
      .map(({ instance }) => instance as SecondFactor);
  }

  /** Whether sessions of the account need two factors: as its owner wants, or `SECOND_FACTOR` demands. */
  isDemanded({ requiresSecondFactor, roles }: User): boolean {
    const { secondFactor } = this.config;
    return (
      requiresSecondFactor || secondFactor === 'everyone' || (secondFactor === 'admins' && roles.includes('admin'))
    );
  }

  /** What a sign-in still has to prove; null for nothing. @param level of the proofs so far */
  async demandOf(tx: Transaction, user: User, level: AssuranceLevel): Promise<FactorDemand | null> {
    if (level === 'aal2' || !this.isDemanded(user)) return null;
    const methods = await this.enrolled(tx, user.id);
    if (methods.length > 0) return { purpose: 'second-factor', methods };
    const kinds = this.kinds.map(({ method }) => method).filter((method) => method !== 'recovery_code');
    return { purpose: 'enrollment', methods: kinds };
  }

  /** The methods of all factors that the account has. */
  async enrolled(data: DataAccess, userId: string): Promise<ProofMethod[]> {
    const methods: ProofMethod[] = [];
    for (const kind of this.kinds) if (await kind.isEnrolled(data, userId)) methods.push(kind.method);
    // Recovery codes alone protect nothing: they replace a factor that was lost.
    return methods.some((method) => method !== 'recovery_code') ? methods : [];
  }

  /** The factors of one kind that the account has, oldest first. */
  async list(data: DataAccess, userId: string, method: ProofMethod): Promise<readonly FactorSummary[]> {
    return (await this.kinds.find((kind) => kind.method === method)?.list(data, userId)) ?? [];
  }

  /**
   * Removes factors of every kind within the caller's transaction. @param since only those added at this time or later;
   * epoch milliseconds @returns their number, without recovery codes
   */
  async removeAll(tx: Transaction, userId: string, since = 0): Promise<number> {
    let removed = 0;
    for (const kind of this.kinds) {
      const count = await kind.removeAll(tx, userId, since);
      if (kind.method !== 'recovery_code') removed += count;
    }
    return removed;
  }

  /**
   * Verifies a second factor, and runs work in the same transaction, which locks the account. The attempt is counted
   * before it is judged, so that neither a rollback nor a client that leaves takes it back; a failure of the server does.
   * @throws DomainError `invalid_second_factor`, which is recorded; `rate_limited` after too many wrong codes
   */
  async prove<T>(attempt: FactorAttempt, work: (tx: Transaction, user: User, proof: Proof) => Promise<T>): Promise<T> {
    const { actor, accountId, evidence, ceremony, gone } = attempt;
    const kind = this.kinds.find((candidate) => candidate.reads(evidence));
    if (!kind) return this.refuse(attempt, undefined, 0);
    const failures = kind.isGuessable ? await this.attempts.count(accountId) : 0;
    const verdict = { isWrong: false };
    try {
      return await this.users.withLockedUser(
        accountId,
        async (tx, user) => {
          const proof = await kind.verify(tx, user, evidence, { ceremony, client: actor.client });
          verdict.isWrong = proof === null;
          if (!proof) throw invalidSecondFactor();
          await this.attempts.reset(tx, accountId);
          return work(tx, user, proof);
        },
        gone,
      );
    } catch (error) {
      if (verdict.isWrong) return await this.refuse(attempt, kind, failures);
      // The code was right, or the server failed before it knew.
      if (kind.isGuessable) await this.attempts.uncount(accountId);
      throw error;
    }
  }

  private async refuse(
    { actor, accountId, evidence, ceremony, gone }: FactorAttempt,
    kind: SecondFactor | undefined,
    failures: number,
  ): Promise<never> {
    const record = async (tx: Transaction, owner: User) => {
      const details = { method: kind?.method ?? 'unknown' };
      this.audit.record(tx, { type: 'second-factor.refused', result: 'failure', actor, accountId, details });
      await kind?.onRefusal?.(tx, owner, evidence, { ceremony, client: actor.client }, actor);
      // Once for a series of wrong codes, and once more when no more are judged; other factors are not mistyped.
      const isSeries = kind?.isGuessable === true && failures !== 1 && failures !== FREEZING_FAILURES;
      if (isSeries) return;
      await this.notices.notify(tx, 'second-factor-refused', owner, { client: actor.client });
    };
    await this.users.withLockedUser(accountId, record, gone);
    throw invalidSecondFactor();
  }
}
