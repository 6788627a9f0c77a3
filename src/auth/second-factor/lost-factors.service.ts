import { Injectable } from '@nestjs/common';
import { OPERATOR } from '../../platform/audit/domain-events';
import { Database } from '../../platform/database/database.service';
import { Clock } from '../../platform/kernel/clock.service';
import { DomainError } from '../../platform/problems/domain-error';
import { type AnonymousCaller, userActor } from '../../users/caller';
import { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';
import { invalidChallenge, SignInChallenges } from '../challenges/sign-in-challenges.service';
import { FactorResets } from '../factors/factor-resets.service';
import { OneTimeTokens } from '../links/one-time-tokens.service';
import { FactorChanges } from '../revocation/factor-changes.service';

/** Accounts whose factors are removed in one run of the job. */
const BATCH = 100;

/** Lost second factors: reported during a login, and removed after a wait. */
@Injectable()
export class LostFactors {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly challenges: SignInChallenges,
    private readonly resets: FactorResets,
    private readonly links: OneTimeTokens,
    private readonly changes: FactorChanges,
    private readonly clock: Clock,
  ) {}

  /**
   * Begins the wait for an account whose first factor was just proven.
   * @throws DomainError `invalid_challenge`; `conflict` for an account whose address is not verified, so that its owner could
   * not object
   */
  async report({ client }: AnonymousCaller, challengeToken: string): Promise<void> {
    const challenge = await this.challenges.find(challengeToken);
    if (challenge.purpose !== 'second-factor') throw invalidChallenge();
    await this.users.withLockedUser(
      challenge.userId,
      async (tx, user) => {
        if (!user.isActive || user.credentialVersion !== challenge.credentialVersion) throw invalidChallenge();
        if (!user.emailVerified) {
          throw new DomainError('conflict', 'The email address of the account is not verified. Ask an administrator.');
        }
        await this.resets.request(tx, userActor(user.id, client), user);
      },
      invalidChallenge,
    );
  }

  /** Ends the wait by a mailed link. @throws DomainError `invalid_one_time_token` */
  async keep({ client }: AnonymousCaller, token: string): Promise<void> {
    await this.links.redeem(token, ['keep-second-factor'], (tx, _token, user) =>
      this.resets.cancel(tx, userActor(user.id, client), user),
    );
  }

  /** Removes the factors of accounts whose waiting period has ended. */
  async removeDue(): Promise<void> {
    const due = '"factorResetAt" <= $1 ORDER BY "factorResetAt" LIMIT $2';
    for (const { id } of await this.database.select(User, due, [this.clock.now(), BATCH])) await this.removeOf(id);
  }

  private async removeOf(id: string): Promise<void> {
    await this.users.withLockedUser(id, async (tx, user) => {
      // The owner may have signed in since.
      if (user.factorResetAt === null || user.factorResetAt > this.clock.now()) return;
      await this.changes.removeAll(tx, OPERATOR, user);
      await this.resets.forget(tx, id);
    });
  }
}
