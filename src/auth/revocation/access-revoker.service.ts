import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction';
import { Outbox } from '../../platform/mail/outbox.service';
import { DomainError } from '../../platform/problems/domain-error';
import { UsersService } from '../../users/users.service';
import { ApiTokensService } from '../api-tokens/api-tokens.service';
import { LinkPurposes } from '../links/link-purposes.service';
import { OneTimeTokens } from '../links/one-time-tokens.service';
import { SessionStore } from '../sessions/session-store.service';
import type { SessionEnd } from '../sessions/session.entity';

/** The access that a revocation keeps. */
export interface KeptAccess {
  sessionId: string;
  apiTokens: boolean;
}

/** The number of revoked and kept credentials. */
export interface RevokedAccess {
  sessions: number;
  apiTokens: { ended: number; kept: number };
}

/** Revokes access to an account: sessions, API tokens, links and device tokens. */
@Injectable()
export class AccessRevoker {
  constructor(
    private readonly sessions: SessionStore,
    private readonly apiTokens: ApiTokensService,
    private readonly links: OneTimeTokens,
    private readonly purposes: LinkPurposes,
    private readonly outbox: Outbox,
    private readonly users: UsersService,
  ) {}

  /**
   * Ends all sessions, and revokes all API tokens, device tokens and links, including unsent ones, within the caller's
   * transaction.
   */
  async revokeAll(tx: Transaction, userId: string, reason: SessionEnd): Promise<RevokedAccess> {
    const sessions = await this.sessions.endAll(tx, userId, reason);
    const ended = await this.apiTokens.removeAll(tx, userId);
    await this.revokeLinks(tx, userId);
    await this.revokeDevices(tx, userId);
    return { sessions, apiTokens: { ended, kept: 0 } };
  }

  /**
   * Ends all sessions except one, and revokes all device tokens and links and, unless kept, all API tokens, within the
   * caller's transaction.
   * @throws DomainError `invalid_token` when the session to keep has ended in the meantime
   */
  async revokeOthers(tx: Transaction, userId: string, reason: SessionEnd, kept: KeptAccess): Promise<RevokedAccess> {
    if (!(await this.sessions.isLive(tx, kept.sessionId))) {
      throw new DomainError('invalid_token', 'The session of the access token has ended.');
    }
    const sessions = await this.sessions.endAll(tx, userId, reason, kept.sessionId);
    await this.revokeLinks(tx, userId);
    await this.revokeDevices(tx, userId);
    const apiTokens = kept.apiTokens
      ? { ended: 0, kept: await this.apiTokens.count(tx, userId) }
      : { ended: await this.apiTokens.removeAll(tx, userId), kept: 0 };
    return { sessions, apiTokens };
  }

  /**
   * Revokes all links that could change access to the account, within the caller's transaction. Links that undo a
   * change of address stay valid.
   */
  async revokeLinks(tx: Transaction, userId: string): Promise<void> {
    // The order matters: the token of a message that is being sent is issued before the message is withdrawn, or not at
    // all.
    await this.outbox.withdraw(tx, userId, this.purposes.revocable.templates);
    await this.links.revoke(tx, userId, this.purposes.revocable.purposes);
  }

  /**
   * Revokes all device tokens, within the caller's transaction: they are not valid for a later version of the
   * credentials.
   */
  private async revokeDevices(tx: Transaction, userId: string): Promise<void> {
    await this.users.update(tx, userId, { credentialVersion: () => '"credentialVersion" + 1' });
  }
}
