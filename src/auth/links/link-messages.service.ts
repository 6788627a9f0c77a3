import { Injectable } from '@nestjs/common';
import { addressKey } from '../../platform/addresses/mailbox';
import type { Transaction } from '../../platform/database/transaction';
import type { ClientInfo } from '../../platform/http/client/client-info';
import { Clock } from '../../platform/kernel/clock.service';
import { isoTime } from '../../platform/kernel/iso-time';
import type { Prepared } from '../../platform/mail/mail-templates.service';
import type { OutboxMessage } from '../../platform/mail/outbox-message.entity';
import { Outbox } from '../../platform/mail/outbox.service';
import type { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';
import type { OneTimePurpose } from './one-time-token.entity';
import { OneTimeTokens } from './one-time-tokens.service';

/**
 * Messages with links. The recipient and the link are determined only when a message is sent, so that a request takes
 * the same steps for every address, known or not.
 */
@Injectable()
export class LinkMessages {
  constructor(
    private readonly outbox: Outbox,
    private readonly users: UsersService,
    private readonly tokens: OneTimeTokens,
    private readonly clock: Clock,
  ) {}

  /** Sends the link that verifies the address of a new account. */
  async verify(tx: Transaction, { id, email }: User, client: ClientInfo | null): Promise<void> {
    const message = { template: 'email-verification', recipient: email, accountId: id };
    await this.outbox.enqueue(tx, { ...message, askedFrom: client?.ipAddress });
  }

  /** Sends the link that verifies a new address for an account. */
  async change(tx: Transaction, accountId: string, recipient: string, client: ClientInfo | null): Promise<void> {
    const message = { template: 'email-change', recipient, accountId };
    await this.outbox.enqueue(tx, { ...message, askedFrom: client?.ipAddress });
  }

  /**
   * Notifies the previous address, whose owner may undo the change. The link is valid from now on, even before it can
   * be sent. Only for a verified address, because the link gives its reader the account.
   */
  async changed(tx: Transaction, { id: userId, email }: User): Promise<void> {
    const parameters = { time: isoTime(this.clock.now()) };
    const message = { template: 'email-changed', recipient: email, accountId: userId, parameters };
    const id = await this.outbox.enqueue(tx, message);
    await this.tokens.issue({ id, userId, purpose: 'undo-email-change', email }, tx);
  }

  /** Notifies the restored address, with a link to reset the password, and the other address if it was verified. */
  async undone(tx: Transaction, user: User, recipient: string): Promise<void> {
    const { id: accountId, email, emailVerified } = user;
    const parameters = { time: isoTime(this.clock.now()) };
    await this.outbox.enqueue(tx, { template: 'email-change-undone', recipient, accountId, parameters });
    if (email === recipient || !emailVerified) return;
    await this.outbox.enqueue(tx, { template: 'email-removed', recipient: email, accountId, parameters });
  }

  /** Sends a password reset link to the account with this address, if there is one. */
  async reset(tx: Transaction, recipient: string, accountId: string | null, client: ClientInfo | null): Promise<void> {
    const message = { template: 'password-reset', recipient, accountId };
    await this.outbox.enqueue(tx, { ...message, askedFrom: client?.ipAddress });
  }

  /** Prepares the mail `email-verification`. */
  async prepareVerification(message: OutboxMessage): Promise<Prepared | null> {
    const user = await this.account(message);
    if (!user || user.emailVerified || user.email !== message.recipient) return null;
    const other = await this.provenHolder(user.email);
    if (other) return { template: 'account-exists', recipient: other.email, values: {} };
    return this.withLink(message, user, 'verify-email', user.email);
  }

  /** Prepares the mail `email-change`. */
  async prepareChange(message: OutboxMessage): Promise<Prepared | null> {
    const user = await this.account(message);
    if (!user) return null;
    const other = await this.provenHolder(message.recipient);
    if (other && other.id !== user.id) return { template: 'account-exists', recipient: other.email, values: {} };
    return this.withLink(message, user, 'change-email', message.recipient);
  }

  /** Prepares the mail `email-changed`. */
  prepareUndo({ id, parameters }: OutboxMessage): Promise<Prepared> {
    return Promise.resolve({ values: { ...parameters, ...this.tokens.values({ id, purpose: 'undo-email-change' }) } });
  }

  /** Prepares the mail `email-change-undone`. */
  async prepareUndone(message: OutboxMessage): Promise<Prepared | null> {
    const user = await this.account(message);
    return user && this.withLink(message, user, 'recover-account', user.email);
  }

  /**
   * Prepares the mail `password-reset`. It goes to the account's own address, verified or not, because the requested
   * one may differ in case. Following the link also verifies an address whose first link was lost.
   */
  async prepareReset(message: OutboxMessage): Promise<Prepared | null> {
    const user = await this.account(message);
    const isTheirs = user !== null && addressKey(user.email) === addressKey(message.recipient);
    return isTheirs ? this.withLink(message, user, 'reset-password', user.email) : null;
  }

  private async withLink(
    { id, parameters }: OutboxMessage,
    user: User,
    purpose: OneTimePurpose,
    email: string,
  ): Promise<Prepared | null> {
    const token = { id, userId: user.id, purpose, email };
    const isIssued = await this.tokens.issueIf(token, (tx) => this.outbox.isPending(tx, id));
    return isIssued ? { recipient: email, values: { ...parameters, ...this.tokens.values(token) } } : null;
  }

  private async account({ accountId }: OutboxMessage): Promise<User | null> {
    const user = accountId === null ? null : await this.users.findById(accountId);
    return user?.isActive ? user : null;
  }

  private async provenHolder(email: string): Promise<User | null> {
    const user = await this.users.findByLogin(email);
    return user?.emailVerified && user.emailKey === addressKey(email) ? user : null;
  }
}
