import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { addressKey } from '../../platform/addresses/mailbox';
import { ServerConfig } from '../../platform/config/server.config';
import type { Transaction } from '../../platform/database/transaction';
import { networkOf } from '../../platform/http/client/network';
import { type CountedMessage, MailLimiter, type TooMany } from '../../platform/mail/mail-limiter';
import { counting, type Increment } from './counters/counter-table';
import { RateLimitStore } from './counters/rate-limit.store';

/** Messages of one kind per mailbox and hour, from all clients. */
const MAX_MESSAGES = 20;

/** Further requested messages, in total and per client network, so that strangers cannot block those of the owner. */
const MAX_RESERVED = 40;
const MAX_OF_NETWORK = 2;

/** Bits of an IPv6 network prefix here: many customers have a /56 or a /48 (RFC 6177). */
const IPV6_BITS = 48;
const HOUR = 3600;

/**
 * Limits the messages to one mailbox across accounts, so that registering and deleting in a loop does not evade it.
 * Limits are per kind, so that a flood of one kind does not block another. It drops messages instead of refusing
 * requests, because a refusal would reveal them; messages that the owner requests from a different network than the
 * flood still arrive.
 */
@Injectable()
export class MailboxRateLimiter extends MailLimiter {
  constructor(
    private readonly config: ServerConfig,
    private readonly store: RateLimitStore,
  ) {
    super();
  }

  count(tx: Transaction, message: CountedMessage, drop: (which: TooMany) => Promise<void>): void {
    if (!this.config.rateLimits) return;
    const row = rowOf('mailbox', message);
    tx.runLast(counting([row]), async ([counted]) => {
      const points = Number(counted?.['points']);
      if (points <= MAX_MESSAGES) return;
      // The first dropped message stays counted, because another message may replace it.
      const which = points === MAX_MESSAGES + 1 ? 'first' : 'further';
      if (which === 'further') await this.store.within(tx).settle({ giveBack: [row.key], forget: [] });
      if (!(await this.fitsReserve(tx, message))) await drop(which);
    });
  }

  private async fitsReserve(tx: Transaction, message: CountedMessage): Promise<boolean> {
    if (message.askedFrom === undefined) return false;
    const table = this.store.within(tx);
    const own = rowOf('mailbox-from', message, networkOf(message.askedFrom, IPV6_BITS));
    if (await table.countWithin(own, MAX_OF_NETWORK)) return false;
    return (await table.countWithin(rowOf('mailbox-reserve', message), MAX_RESERVED)) === null;
  }
}

function rowOf(counter: string, { template, recipient }: CountedMessage, network = ''): Increment {
  const mailbox = `${template} ${addressKey(recipient)} ${network}`;
  return { key: `${counter}:${createHash('sha256').update(mailbox).digest('base64url')}`, duration: HOUR };
}
