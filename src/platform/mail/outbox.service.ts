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

/** A message that is to be sent. */
export interface NewMessage extends CountedMessage {
  /** The account it is about. */
  accountId: string | null;
  /** What the template needs to know; no secrets, as they are stored until the message left. */
  parameters?: Record<string, string>;
  /** Template of what is sent in place of the first message that is dropped as the mailbox got too many like it. */
  whenTooMany?: string;
}

/** How long a message that was given up stays for an operator to see, in milliseconds. */
const GIVEN_UP_MS = 30 * 86_400_000;

/** The way for the rest of the program to send mail: written in the transaction of the change that causes it, sent later. */
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
   * Has a message sent once the transaction is committed. One of too many alike to one mailbox is
   * dropped, which is logged: the change that causes it is not refused, as others may have used the mailbox up.
   * @returns its id
   */
  enqueue(tx: Transaction, message: NewMessage): Promise<string> {
    const { template, recipient, accountId, parameters = {} } = message;
    const now = this.clock.now();
    const fresh = { id: newId(), createdAt: now, attempts: 0, dueAt: now, lastError: null };
    tx.insertLast(OutboxMessage, { template, recipient, accountId, parameters, ...fresh });
    this.limiter.count(tx, message, (which) => this.drop(tx, fresh.id, message, which));
    tx.afterCommit(() => this.scheduler.wake(OUTBOX_JOB));
    return Promise.resolve(fresh.id);
  }

  /**
   * Takes back what did not leave yet: links that were asked for before the account's credentials changed.
   * @param templates all of the account's messages when left out
   */
  async withdraw(tx: Transaction, accountId: string, templates?: readonly string[]): Promise<void> {
    await tx.manager.delete(OutboxMessage, { accountId, ...(templates && { template: In([...templates]) }) });
  }

  /** Whether a message was not taken back yet. */
  isPending(tx: Transaction, id: string): Promise<boolean> {
    return tx.exists(OutboxMessage, '"id" = $1', [id]);
  }

  /** Deletes messages that were given up long ago; attempts at one end after three days. */
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
