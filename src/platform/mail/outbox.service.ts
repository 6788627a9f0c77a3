import { Injectable } from '@nestjs/common';
import { In, LessThan } from 'typeorm';
import { Database } from '../database/database.service';
import type { Transaction } from '../database/transaction';
import { Scheduler } from '../jobs/scheduler.service';
import { Clock } from '../kernel/clock.service';
import { newId } from '../kernel/ids';
import { AppLogger } from '../logging/app-logger.service';
import { type CountedMessage, MailLimiter, type TooMany } from './mail-limiter';
import { OutboxMessage } from './outbox-message.entity';
import { OUTBOX_JOB } from './outbox-worker.service';

/** A message to be sent. */
export interface NewMessage extends CountedMessage {
  /** The account that the message is about. */
  accountId: string | null;
  /** Parameters of the template; no secrets, because they are stored until the message is sent. */
  parameters?: Record<string, string>;
  /** When it is to be sent, in epoch milliseconds; at once when left out. */
  dueAt?: number;
  /** Template sent instead of the first message that is dropped because of the mailbox limit. */
  whenTooMany?: string;
}

/** How long a message that was given up is kept for an operator, in milliseconds. */
const GIVEN_UP_MS = 30 * 86_400_000;

/** Queues mail: messages are written in the transaction of the change that causes them, and sent later. */
@Injectable()
export class Outbox {
  constructor(
    private readonly database: Database,
    private readonly scheduler: Scheduler,
    private readonly clock: Clock,
    private readonly limiter: MailLimiter,
    private readonly logger: AppLogger,
  ) {}

  /**
   * Queues a message, which is sent after the commit. A message beyond the limit of its mailbox is dropped and logged:
   * the change itself is not refused, because others may have used up the limit. @returns the id of the message
   */
  enqueue(tx: Transaction, message: NewMessage): Promise<string> {
    const { template, recipient, accountId, parameters = {}, dueAt } = message;
    const now = this.clock.now();
    const fresh = { id: newId(), createdAt: now, attempts: 0, dueAt: dueAt ?? now, lastError: null };
    tx.insertLast(OutboxMessage, { template, recipient, accountId, parameters, ...fresh });
    this.limiter.count(tx, message, (which) => this.drop(tx, fresh.id, message, which));
    tx.afterCommit(() => this.scheduler.wake(OUTBOX_JOB));
    return Promise.resolve(fresh.id);
  }

  /**
   * Deletes messages that were not sent yet: links that were requested before the account's credentials changed.
   * @param templates all of the account's messages when left out
   */
  async withdraw(tx: Transaction, accountId: string, templates?: readonly string[]): Promise<void> {
    await tx.manager.delete(OutboxMessage, { accountId, ...(templates && { template: In([...templates]) }) });
  }

  /** Whether a message was not withdrawn. */
  isPending(tx: Transaction, id: string): Promise<boolean> {
    return tx.exists(OutboxMessage, '"id" = $1', [id]);
  }

  /** Deletes messages that were given up long ago; attempts end after three days. */
  async purge(): Promise<void> {
    await this.database.manager.delete(OutboxMessage, { createdAt: LessThan(this.clock.now() - GIVEN_UP_MS) });
  }

  private async drop(tx: Transaction, id: string, message: NewMessage, which: TooMany): Promise<void> {
    const { template, accountId, whenTooMany } = message;
    this.logger.pino.warn({ template, accountId }, 'A message was dropped: its mailbox got too many like it');
    if (which === 'further' || whenTooMany === undefined) await tx.remove(OutboxMessage, { id });
    else await tx.update(OutboxMessage, { id }, { template: whenTooMany });
  }
}
