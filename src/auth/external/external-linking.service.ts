import { Injectable } from '@nestjs/common';
import { isUniqueViolation } from '../../platform/database/sql/database-errors';
import type { Transaction } from '../../platform/database/transaction';
import { DomainError } from '../../platform/problems/domain-error';
import { type Caller, sessionOf } from '../../users/caller';
import { UsersService } from '../../users/users.service';
import { SecurityNotices } from '../notices/security-notices.service';
import { SessionStore } from '../sessions/session-store.service';
import { unprovenAccount } from './external-start.service';
import type { ExternalFlow } from './flow/external-flow';
import type { ExternalSignIn } from './flow/external-sign-in.entity';
import { ExternalSignIns } from './flow/external-sign-ins.service';
import { ExternalIdentities } from './identities/external-identities.service';
import type { ExternalIdentity } from './identities/external-identity.entity';
import { invalidExternalSignIn } from './providers/provider-errors';

const identityTaken = () => new DomainError('identity_taken', 'It is already linked to an account.');

/** Links identities to the account that is signed in. */
@Injectable()
export class ExternalLinking {
  constructor(
    private readonly users: UsersService,
    private readonly signIns: ExternalSignIns,
    private readonly identities: ExternalIdentities,
    private readonly sessions: SessionStore,
    private readonly notices: SecurityNotices,
  ) {}

  /**
   * Links the identity of a sign-in to the account that it was meant for: the one that started it, or the one that holds
   * its address. Tells the owner.
   * @throws DomainError `invalid_external_sign_in`, also for any other account; `identity_taken`; `too_many_identities`;
   * `email_unverified`; `invalid_token` when the session has just ended
   */
  async link(caller: Caller, flow: ExternalFlow, token: string): Promise<ExternalIdentity> {
    const signIn = await this.find(caller, flow, token);
    try {
      return await this.users.withLockedUser(caller.id, async (tx, user) => {
        await this.assertLive(tx, caller);
        if (!user.emailVerified) throw unprovenAccount();
        await this.signIns.spend(tx, signIn);
        const { provider, issuer, subject, email } = signIn;
        const linked = await this.identities.add(tx, caller, { userId: user.id, provider, issuer, subject, email });
        await this.notices.notify(tx, 'identity-linked', user, { client: caller.client, provider });
        return linked;
      });
    } catch (error) {
      throw isUniqueViolation(error) ? identityTaken() : error;
    }
  }

  /**
   * The result of a sign-in with the intent `link`, or of one that needed a link.
   * @throws DomainError `invalid_external_sign_in`, also for any other account than the one that it was meant for
   */
  async find(caller: Caller, flow: ExternalFlow, token: string): Promise<ExternalSignIn> {
    const isExchanged = flow.intent === 'link' && flow.page === null;
    const signIn = await this.signIns.find(flow, token, isExchanged ? 'code' : 'link');
    if (signIn.accountId !== caller.id) throw invalidExternalSignIn();
    return signIn;
  }

  private async assertLive(tx: Transaction, caller: Caller): Promise<void> {
    if (await this.sessions.isLive(tx, sessionOf(caller))) return;
    throw new DomainError('invalid_token', 'The session of the access token has ended.');
  }
}
