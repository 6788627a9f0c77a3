import { Injectable } from '@nestjs/common';
import { In, LessThanOrEqual } from 'typeorm';
import { Database } from '../database/database.service';
import { Clock } from '../kernel/clock.service';
import { isError } from '../kernel/is-error';
import { AppLogger } from '../logging/app-logger.service';
import { MailTemplates } from './mail-templates.service';
import { MailTransport } from './mail-transport.service';
import { OutboxMessage } from './outbox-message.entity';

/** The job that sends due messages. */
export const OUTBOX_JOB = 'send-mail';

/** Polling interval of the outbox, in milliseconds; messages of this process are sent at once. */
export const POLL_MS = 1_000;

/** Messages sent concurrently. */
const BATCH = 5;

/** Timeout of an attempt, in milliseconds. */
const MAX_SEND_MS = 120_000;

/**
 * How long a message is leased to the instance that sends it; longer than an attempt, so that only the lease of a dead
 * process expires.
 */
const LEASE_MS = 300_000;

/** The wait before the second attempt, in milliseconds, which doubles with each further attempt, up to the longest. */
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 900_000;

/** A message that could not be sent within this time, in milliseconds, is given up and kept for an operator. */
const MAX_AGE_MS = 3 * 86_400_000;

/**
 * Sends the messages in the outbox, with retries. Several instances share the work: each leases a message by moving its
 * due time ahead, so that none is sent twice unless a process dies between sending and deleting it.
 */
@Injectable()
export class OutboxWorker {
  constructor(
    private readonly database: Database,
    private readonly templates: MailTemplates,
    private readonly transport: MailTransport,
    private readonly clock: Clock,
    private readonly logger: AppLogger,
  ) {}

  /** Sends due messages until there are none or the server stops. */
  async sendDue(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const batch = await this.claim();
      if (batch.length === 0) return;
      await Promise.all(batch.map((message) => this.send(message)));
    }
  }

  private async claim(): Promise<OutboxMessage[]> {
    const now = this.clock.now();
    if (!(await this.database.exists(OutboxMessage, '"dueAt" <= $1', [now]))) return [];
    return this.database.transaction(async ({ manager }) => {
      const messages = await manager.find(OutboxMessage, {
        where: { dueAt: LessThanOrEqual(now) },
        order: { dueAt: 'ASC' },
        take: BATCH,
        ...(!this.database.isSingleProcess && { lock: { mode: 'pessimistic_write', onLocked: 'skip_locked' } }),
      });
      const taken = { id: In(messages.map(({ id }) => id)) };
      await manager.update(OutboxMessage, taken, { dueAt: now + LEASE_MS, attempts: () => '"attempts" + 1' });
      return messages.map((message) => Object.assign(message, { attempts: message.attempts + 1 }));
    });
  }

  private async send(message: OutboxMessage): Promise<void> {
    try {
      const mail = await this.templates.render(message);
      if (mail) await within(MAX_SEND_MS, this.transport.send(message, mail));
    } catch (error) {
      await this.postpone(message, error);
      return;
    }
    await this.database.removeWhere(OutboxMessage, '"id" = $1', [message.id]);
  }

  private async postpone({ id, template, createdAt, attempts }: OutboxMessage, error: unknown): Promise<void> {
    const dueAt = this.clock.now() + Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS);
    const isGivenUp = dueAt > createdAt + MAX_AGE_MS;
    const lastError = (isError(error) ? error.message : String(error)).slice(0, 500);
    const fields = { messageId: id, template, attempts, err: error };
    if (isGivenUp) this.logger.pino.error(fields, 'A message was given up');
    else this.logger.pino.warn(fields, 'A message could not be sent; trying again');
    const change = { dueAt: isGivenUp ? null : dueAt, lastError };
    await this.database.updateWhere(OutboxMessage, change, '"id" = $1', [id]);
  }
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, failed) => {
    timer = setTimeout(() => failed(new Error('The mail server took too long')), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
