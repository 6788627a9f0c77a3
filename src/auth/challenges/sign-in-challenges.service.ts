import { Injectable } from '@nestjs/common';
import { LessThan, LessThanOrEqual, MoreThan, Not } from 'typeorm';
import { Database } from '../../platform/database/database.service';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import { newId } from '../../platform/kernel/ids';
import { DomainError } from '../../platform/problems/domain-error';
import type { Proof } from '../../users/proof';
import type { User } from '../../users/user.entity';
import { ChallengeTokenCodec } from './challenge-token.codec';
import { type ChallengePurpose, SignInChallenge } from './sign-in-challenge.entity';

/** Lifetime of a challenge in seconds. */
export const CHALLENGE_TTL = 300;

/** Factors that are judged for one challenge. */
const MAX_ATTEMPTS = 5;

/** The same error for a challenge that is unknown, spent, expired, used up, or older than a change of the account. */
export const invalidChallenge = () =>
  new DomainError('invalid_challenge', 'The challenge is not valid or has expired. Sign in again.');

/** Sign-ins that still need a second factor. Each is valid for one session. */
@Injectable()
export class SignInChallenges {
  constructor(
    private readonly database: Database,
    private readonly tokens: ChallengeTokenCodec,
    private readonly clock: Clock,
  ) {}

  /** Adds a challenge within the caller's transaction, which has locked the account. @returns its token */
  issue(
    tx: Transaction,
    user: User,
    proofs: readonly Proof[],
    start: Pick<SignInChallenge, 'remembered' | 'isExpected'>,
    purpose: ChallengePurpose,
  ): string {
    const challenge = Object.assign(new SignInChallenge(), {
      id: newId(),
      userId: user.id,
      purpose,
      methods: proofs.map(({ method }) => method),
      provenAt: Math.min(...proofs.map(({ at }) => at)),
      remembered: start.remembered,
      isExpected: start.isExpected,
      credentialVersion: user.credentialVersion,
      attempts: 0,
      expiresAt: this.clock.now() + CHALLENGE_TTL * 1000,
    });
    tx.insertLast(SignInChallenge, challenge);
    return this.tokens.encode(challenge.id);
  }

  /** The challenge of a token. @throws DomainError `invalid_challenge` when it is no longer good */
  async find(token: string): Promise<SignInChallenge> {
    const id = this.tokens.decode(token);
    const challenge = id === null ? null : await this.database.findById(SignInChallenge, id);
    if (!challenge || challenge.expiresAt <= this.clock.now() || challenge.attempts >= MAX_ATTEMPTS) {
      throw invalidChallenge();
    }
    return challenge;
  }

  /**
   * Counts an attempt before its factor is judged, in a transaction of its own: it stays counted whatever comes after.
   * @throws DomainError `invalid_challenge` when no attempt is left
   */
  async count({ id }: SignInChallenge): Promise<void> {
    const { affected } = await this.database.manager
      .createQueryBuilder()
      .update(SignInChallenge)
      .set({ attempts: () => '"attempts" + 1' })
      .where({ id, attempts: LessThan(MAX_ATTEMPTS), expiresAt: MoreThan(this.clock.now()) })
      .execute();
    if (affected !== 1) throw invalidChallenge();
  }

  /** Takes an attempt back that could not be judged, because the server failed. */
  async uncount({ id }: SignInChallenge): Promise<void> {
    await this.database.manager
      .createQueryBuilder()
      .update(SignInChallenge)
      .set({ attempts: () => '"attempts" - 1' })
      .where({ id, attempts: MoreThan(0) })
      .execute();
  }

  /**
   * Spends a challenge within the caller's transaction, which has locked the account.
   * @throws DomainError `invalid_challenge` when it is spent, or the account has changed since the first proof
   */
  async spend(tx: Transaction, user: User, { id, credentialVersion }: SignInChallenge): Promise<void> {
    const { affected } = await tx.manager.delete(SignInChallenge, { id, expiresAt: MoreThan(this.clock.now()) });
    if (affected !== 1 || !user.isActive || user.credentialVersion !== credentialVersion) throw invalidChallenge();
  }

  /** Adds a proof to a challenge within the caller's transaction, as of a factor that was just enrolled. */
  async add(tx: Transaction, id: string, { method }: Proof): Promise<void> {
    const challenge = await tx.findById(SignInChallenge, id);
    if (!challenge) throw invalidChallenge();
    await tx.manager.update(SignInChallenge, { id }, { methods: [...challenge.methods, method] });
  }

  /** Revokes the challenges of an account within the caller's transaction. @param keptId one to keep */
  async revoke(tx: Transaction, userId: string, keptId: string | null = null): Promise<void> {
    await tx.manager.delete(SignInChallenge, { userId, ...(keptId !== null && { id: Not(keptId) }) });
  }

  /** Deletes expired challenges. */
  async purge(): Promise<void> {
    await this.database.manager.delete(SignInChallenge, { expiresAt: LessThanOrEqual(this.clock.now()) });
  }
}
