import { Injectable } from '@nestjs/common';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import type { Actor } from '../../platform/audit/domain-events';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import { isoTime } from '../../platform/kernel/iso-time';
import type { Prepared } from '../../platform/mail/mail-templates.service';
import type { OutboxMessage } from '../../platform/mail/outbox-message.entity';
import { Outbox } from '../../platform/mail/outbox.service';
import type { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';
import { OneTimeTokens } from '../links/one-time-tokens.service';

/** How long the owner has to object, in milliseconds. */
const WAIT_MS = 72 * 3_600_000;

/** When the owner is told, after the request, in milliseconds. */
const MAILS_AFTER_MS = [0, 24 * 3_600_000, 48 * 3_600_000];

const TEMPLATE = 'second-factor-lost';

/**
 * Removals of second factors that were reported lost. They take effect after 72 hours, so that the owner, who is told three
 * times, can stop them by signing in or by a link: the person who reports the loss may only know the password (ASVS 6.4.4).
 */
@Injectable()
export class FactorResets {
  constructor(
    private readonly users: UsersService,
    private readonly outbox: Outbox,
    private readonly links: OneTimeTokens,
    private readonly audit: AuditWriter,
    private readonly clock: Clock,
  ) {}

  /** Begins the wait within the caller's transaction, which has locked the account; a wait that already runs continues. */
  async request(tx: Transaction, actor: Actor, user: User): Promise<void> {
    if (user.factorResetAt !== null) return;
    const now = this.clock.now();
    const factorResetAt = now + WAIT_MS;
    await this.users.update(tx, user.id, { factorResetAt });
    this.audit.record(tx, { type: 'second-factor-reset.requested', actor, accountId: user.id, details: {} });
    if (!user.emailVerified) return;
    for (const after of MAILS_AFTER_MS) {
      const parameters = { time: isoTime(now), due: isoTime(factorResetAt) };
      const message = { template: TEMPLATE, recipient: user.email, accountId: user.id, parameters };
      await this.outbox.enqueue(tx, { ...message, dueAt: now + after });
    }
  }

  /** Ends the wait, if there is one, within the caller's transaction, which has locked the account. */
  async cancel(tx: Transaction, actor: Actor, user: User): Promise<void> {
    if (user.factorResetAt === null) return;
    await this.forget(tx, user.id);
    this.audit.record(tx, { type: 'second-factor-reset.canceled', actor, accountId: user.id, details: {} });
  }

  /** Ends the wait without a record, because the factors were removed. */
  async forget(tx: Transaction, userId: string): Promise<void> {
    await this.users.update(tx, userId, { factorResetAt: null });
    await this.outbox.withdraw(tx, userId, [TEMPLATE]);
    await this.links.revoke(tx, userId, ['keep-second-factor']);
  }

  /** Prepares the mail `second-factor-lost`. */
  async prepare({ id, accountId, parameters }: OutboxMessage): Promise<Prepared | null> {
    const user = accountId === null ? null : await this.users.findById(accountId);
    if (!user?.isActive || user.factorResetAt === null) return null;
    const token = { id, userId: user.id, purpose: 'keep-second-factor', email: user.email } as const;
    const isIssued = await this.links.issueIf(token, (tx) => this.outbox.isPending(tx, id));
    return isIssued ? { recipient: user.email, values: { ...parameters, ...this.links.values(token) } } : null;
  }
}
