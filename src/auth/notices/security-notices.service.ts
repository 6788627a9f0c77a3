import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction';
import type { ClientInfo } from '../../platform/http/client/client-info';
import { Clock } from '../../platform/kernel/clock.service';
import { isoTime } from '../../platform/kernel/iso-time';
import type { Prepared } from '../../platform/mail/mail-templates.service';
import type { OutboxMessage } from '../../platform/mail/outbox-message.entity';
import { Outbox } from '../../platform/mail/outbox.service';
import type { User } from '../../users/user.entity';
import { addressName, deviceName } from './device-name';

/** What the owner is told instead of the first notice that is one too many of its kind. */
const PAUSED = 'notices-paused';

/** What the owner of an account is told of without having asked, by template. */
export type Notice = 'new-device' | 'password-changed' | 'api-token-created' | 'account-deleted';

type Owner = Pick<User, 'id' | 'email' | 'emailVerified'>;

/** What happened besides, and from where; the client is null for an operator. */
export interface NoticeContext {
  client: ClientInfo | null;
  /** API tokens that ended with it, and that still work. */
  apiTokens?: { ended: number; kept: number };
}

/** Tells owners what happened to their account, so that they notice what was not them. */
@Injectable()
export class SecurityNotices {
  constructor(
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Tells the owner, with the caller's transaction; an address that was never proven may not be the owner's. */
  async notify(tx: Transaction, notice: Notice, owner: Owner, { client, apiTokens }: NoticeContext): Promise<void> {
    if (!owner.emailVerified) return;
    await this.outbox.enqueue(tx, {
      template: notice,
      whenTooMany: PAUSED,
      recipient: owner.email,
      accountId: owner.id,
      parameters: {
        time: isoTime(this.clock.now()),
        address: client ? addressName(client.ipAddress) : 'the command line of the server',
        device: client?.userAgent ?? '',
        ...(apiTokens && { tokensEnded: String(apiTokens.ended), tokensKept: String(apiTokens.kept) }),
      },
    });
  }
  /** How each of these mails is filled. The device is named only here, on its only way into a mail. */
  prepare({ parameters }: OutboxMessage): Promise<Prepared> {
    const device = deviceName(parameters['device'] ?? '');
    return Promise.resolve({ values: { tokensEnded: '', tokensKept: '', ...parameters, device } });
  }
}
