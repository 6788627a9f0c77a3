import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { addressKey } from '../../platform/addresses/mailbox';
import { ServerConfig } from '../../platform/config/server.config';
import type { Transaction } from '../../platform/database/transaction';
import { networkOf } from '../../platform/http/client/network';
import { type CountedMessage, MailLimiter, type TooMany } from '../../platform/mail/mail-limiter';
import { counting, type Increment } from './counters/counter-table';
import { RateLimitStore } from './counters/rate-limit.store';

/** Messages of one kind that one mailbox gets in an hour, from all clients together. */
const MAX_MESSAGES = 20;

/** Further ones that were asked for, of each client network so many: strangers must not keep the owner's own away. */
const MAX_RESERVED = 40;
const MAX_OF_NETWORK = 2;

/** Bits of an IPv6 address that name a network here: many customers have a /56 or a /48 (RFC 6177). */
const IPV6_BITS = 48;
const HOUR = 3600;

/**
 * Bounds what one mailbox gets, across accounts: registering and deleting in a loop is no way around. By kind, so that
 * many messages of one kind do not keep the owner from hearing of another. It drops messages rather than
 * refuse requests, as a refusal would tell of them; what an owner asks for from another network than the many still comes.
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
      // The first that is dropped stays counted, as it may be answered by a last message.
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
