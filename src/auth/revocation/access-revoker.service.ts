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

/** What stays when everything else of an account ends. */
export interface KeptAccess {
  sessionId: string;
  apiTokens: boolean;
}

/** What ended, and what still works. */
export interface RevokedAccess {
  sessions: number;
  apiTokens: { ended: number; kept: number };
}

/** Shuts everybody out of an account who got in with what is no longer good, its owner included. */
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
   * Ends every session, API token and device token and every link, also those that were not sent yet, within the caller's
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
   * Ends every session but one and every device token, the API tokens unless they are to stay, and makes every link void,
   * within the caller's transaction.
   * @throws DomainError `invalid_token` when the one that is to stay was ended meanwhile
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

  /** Makes every link void that could change access to the account, within the caller's transaction. Undoing stays possible. */
  async revokeLinks(tx: Transaction, userId: string): Promise<void> {
    // In this order: a message that is being sent has its token made before it can be taken back, or never.
    await this.outbox.withdraw(tx, userId, this.purposes.revocable.templates);
    await this.links.revoke(tx, userId, this.purposes.revocable.purposes);
  }

  /** Ends every device token, within the caller's transaction: none is good for a later version of the credentials. */
  private async revokeDevices(tx: Transaction, userId: string): Promise<void> {
    await this.users.update(tx, userId, { credentialVersion: () => '"credentialVersion" + 1' });
  }
}
