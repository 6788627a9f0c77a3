import { Injectable } from '@nestjs/common';
import { addressKey } from '../../platform/addresses/mailbox';
import type { Transaction } from '../../platform/database/transaction';
import type { Prepared } from '../../platform/mail/mail-templates.service';
import type { OutboxMessage } from '../../platform/mail/outbox-message.entity';
import { Outbox } from '../../platform/mail/outbox.service';
import type { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';
import { OneTimeToken } from '../links/one-time-token.entity';
import { type NewOneTimeToken, OneTimeTokens } from '../links/one-time-tokens.service';
import { EmailChallengeCodec } from './email-challenge.codec';
import { EmailChallenges } from './email-challenges.service';

/** The mail with the code and the link. */
@Injectable()
export class EmailSignInMail {
  constructor(
    private readonly outbox: Outbox,
    private readonly users: UsersService,
    private readonly tokens: OneTimeTokens,
    private readonly challenges: EmailChallenges,
    private readonly codec: EmailChallengeCodec,
  ) {}

  /**
   * Prepares the mail `email-sign-in`, for an active account that has verified the address. Whether there is one is decided
   * only here, so that a request takes the same steps for every address.
   */
  async prepare(message: OutboxMessage): Promise<Prepared | null> {
    const user = await this.account(message);
    if (!user) return null;
    const token = { id: message.id, userId: user.id, purpose: 'sign-in', email: user.email } as const;
    if (!(await this.tokens.issueIf(token, (tx) => this.supersede(tx, token)))) return null;
    const values = { code: this.codec.codeOf(token.id), ...this.tokens.values(token) };
    return { recipient: user.email, values };
  }

  /** Revokes earlier links. @returns false when the message was withdrawn, or a newer one is on its way */
  private async supersede(tx: Transaction, { id, userId, purpose }: NewOneTimeToken): Promise<boolean> {
    if (!(await this.outbox.isPending(tx, id)) || (await this.challenges.isSuperseded(tx, id))) return false;
    // A message that is sent again has its link already.
    if (!(await tx.exists(OneTimeToken, '"id" = $1', [id]))) await this.tokens.revoke(tx, userId, [purpose]);
    return true;
  }

  private async account({ accountId, recipient }: OutboxMessage): Promise<User | null> {
    const user = accountId === null ? null : await this.users.findById(accountId);
    const isTheirs = user?.emailKey === addressKey(recipient) && user.emailVerified;
    return user?.isActive && isTheirs ? user : null;
  }
}
