import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import { DomainError } from '../../platform/problems/domain-error';
import type { Caller } from '../../users/caller';
import type { AccountProof } from '../../users/proof';
import type { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';
import type { Evidence } from './reauthentication-method';
import { STEP_UP_MAX_AGE } from './step-up.guard';
import { StepUpService } from './step-up.service';

/** The work of a transaction after reauthentication. @param user the current state of the account */
export type ProvenWork<T> = (tx: Transaction, user: User) => Promise<T>;

/**
 * Requires the evidence of a body for actions that a stolen session must not be able to do (ASVS 7.5.1). Their routes have
 * `@StepUp({ takesPassword: true })`, which asks accounts with a second factor for that.
 */
@Injectable()
export class Reauthentication {
  constructor(
    private readonly stepUp: StepUpService,
    private readonly users: UsersService,
    private readonly clock: Clock,
  ) {}

  /**
   * Reauthenticates the caller, then runs a transaction that locks the account.
   * @throws DomainError `invalid_credentials` when the evidence is wrong, or no longer valid once the account is locked
   */
  async run<T>(caller: Caller, evidence: Evidence, work: ProvenWork<T>): Promise<T> {
    const proof = await this.prove(caller, evidence);
    return this.users.withLockedUser(caller.id, async (tx, user) => {
      await assertCurrent(tx, user, proof);
      return work(tx, user);
    });
  }

  /**
   * Like `run`, for actions after which the account is no longer an administrator. @throws also DomainError `conflict`
   * for the only administrator
   */
  async runWithAdminInvariant<T>(caller: Caller, evidence: Evidence, work: ProvenWork<T>): Promise<T> {
    const proof = await this.prove(caller, evidence);
    return this.users.withAdminInvariant(caller.id, async (tx, user) => {
      await assertCurrent(tx, user, proof);
      return work(tx, user);
    });
  }

  /** @throws DomainError `invalid_credentials` when the evidence is wrong */
  async verify(caller: Caller, evidence: Evidence): Promise<AccountProof> {
    for (const method of this.stepUp.methods) {
      const proven = await method.verify(caller, evidence);
      if (proven) return proven;
    }
    throw new DomainError('invalid_credentials', 'Recent reauthentication is required.');
  }

  /**
   * @returns null when the owner has just authenticated, and the account has no password or no session
   * @throws DomainError `invalid_credentials` when the evidence is wrong
   */
  async prove(caller: Caller, evidence: Evidence): Promise<AccountProof | null> {
    const { authentication, sessionId } = caller;
    const isRecent = authentication !== null && this.clock.now() - authentication.at <= STEP_UP_MAX_AGE * 1000;
    // A scheme without sessions, as that of a gateway, has its own proof, and the body need not have another.
    if (isRecent && (sessionId === null || !(await this.stepUp.hasFirstFactor(caller)))) return null;
    return this.verify(caller, evidence);
  }
}

async function assertCurrent(tx: Transaction, user: User, proof: AccountProof | null): Promise<void> {
  if (proof && !(await proof.isCurrent(tx, user))) throw proof.refusal();
}
