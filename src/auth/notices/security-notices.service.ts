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

/** Sent instead of the first notice beyond the limit of its kind. */
const PAUSED = 'notices-paused';

/** The notices, by template. */
export type Notice =
  | 'new-device'
  | 'password-changed'
  | 'api-token-created'
  | 'account-deleted'
  | 'second-factor-refused'
  | 'second-factor-added'
  | 'second-factor-removed'
  | 'recovery-codes-made'
  | 'recovery-code-used'
  | 'second-factor-reset'
  | 'passkey-added'
  | 'passkey-removed'
  | 'passkey-cloned'
  | 'identity-linked'
  | 'identity-unlinked';

type Owner = Pick<User, 'id' | 'email' | 'emailVerified'>;

/** The context of a notice; the client is null for an operator. */
export interface NoticeContext {
  client: ClientInfo | null;
  /** Number of API tokens that were revoked, and that are still valid. */
  apiTokens?: { ended: number; kept: number };
  /** The kind of factor that was added or removed, for people. */
  factor?: string;
  /** Recovery codes that are left. */
  codesLeft?: number;
  /** The name of the provider that the notice is about. */
  provider?: string;
}

/** Notifies owners of security events, so that they notice what they did not do themselves. */
@Injectable()
export class SecurityNotices {
  constructor(
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Notifies the owner within the caller's transaction, unless the address is unverified and may not be the owner's.
   */
  async notify(
    tx: Transaction,
    notice: Notice,
    owner: Owner,
    { client, apiTokens, factor, codesLeft, provider }: NoticeContext,
  ): Promise<void> {
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
        ...(factor !== undefined && { factor }),
        ...(codesLeft !== undefined && { codesLeft: String(codesLeft) }),
        ...(provider !== undefined && { provider }),
        ...(apiTokens && { tokensEnded: String(apiTokens.ended), tokensKept: String(apiTokens.kept) }),
      },
    });
  }
  /** Prepares each of these mails. Only this method turns the User-Agent into text for a mail. */
  prepare({ parameters }: OutboxMessage): Promise<Prepared> {
    const device = deviceName(parameters['device'] ?? '');
    return Promise.resolve({
      values: { tokensEnded: '', tokensKept: '', factor: '', codesLeft: '', ...parameters, device },
    });
  }
}
