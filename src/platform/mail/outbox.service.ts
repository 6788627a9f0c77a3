import { Injectable } from '@nestjs/common';
import { In, LessThan } from 'typeorm';
import { Database } from '../database/database';
import type { Transaction } from '../database/transaction';
import { Scheduler } from '../jobs/scheduler.service';
import { Clock } from '../kernel/clock';
import { newId } from '../kernel/ids';
import { AppLogger } from '../logging/app-logger';
import { type CountedMessage, MailLimiter } from './mail-limiter';
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
  async enqueue(tx: Transaction, { whenTooMany, askedFrom, ...message }: NewMessage): Promise<string> {
    const verdict = await this.limiter.spend(tx, { ...message, askedFrom });
    if (verdict === 'send') return this.insert(tx, message);
    const { template, accountId } = message;
    this.logger.pino.warn({ template, accountId }, 'A message was dropped: its mailbox got too many like it');
    if (verdict === 'dropped' || whenTooMany === undefined) return newId();
    return this.insert(tx, { ...message, template: whenTooMany });
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

  private insert(tx: Transaction, { parameters = {}, ...content }: NewMessage): string {
    const now = this.clock.now();
    const fresh = { id: newId(), createdAt: now, attempts: 0, dueAt: now, lastError: null };
    const message = Object.assign(new OutboxMessage(), content, { parameters }, fresh);
    tx.insertLast(OutboxMessage, message);
    tx.afterCommit(() => this.scheduler.wake(OUTBOX_JOB));
    return message.id;
  }
}
