import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction';
import type { ClientInfo } from '../../platform/http/client/client-info';
import { Clock } from '../../platform/kernel/clock';
import { isoTime } from '../../platform/kernel/iso-time';
import { MailTemplates, type Prepared } from '../../platform/mail/mail-templates.service';
import type { OutboxMessage } from '../../platform/mail/outbox-message.entity';
import { Outbox } from '../../platform/mail/outbox.service';
import type { User } from '../../users/user.entity';
import { addressName, deviceName } from './device-name';

/** What the owner of an account is told of without having asked, by template. */
const NOTICES = ['new-device', 'password-changed', 'api-token-created', 'account-deleted'] as const;

/** What the owner is told instead of the first notice that is one too many of its kind. */
const PAUSED = 'notices-paused';

/** Something that the owner of an account should know of. */
export type Notice = (typeof NOTICES)[number];

type Owner = Pick<User, 'id' | 'email' | 'emailVerified'>;

/** What happened besides, and from where; the client is null for an operator. */
export interface Circumstances {
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
    templates: MailTemplates,
  ) {
    for (const notice of [...NOTICES, PAUSED]) templates.define(notice, prepare);
  }

  /** Tells the owner, with the caller's transaction; at an address that was never proven nobody may be the owner. */
  async tell(tx: Transaction, notice: Notice, owner: Owner, { client, apiTokens }: Circumstances): Promise<void> {
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
}

/** Only here, on its only way into a mail, so that what waits from before an update is shown no other way. */
const prepare = ({ parameters }: OutboxMessage): Promise<Prepared> =>
  Promise.resolve({
    values: { tokensEnded: '', tokensKept: '', ...parameters, device: deviceName(parameters['device'] ?? '') },
  });
