import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ServerConfig } from '../../platform/config/server.config';
import type { Transaction } from '../../platform/database/transaction';
import { networkOf } from '../../platform/http/client/network';
import { addressKey } from '../../platform/kernel/mailbox';
import { type CountedMessage, MailLimiter, type MailVerdict } from '../../platform/mail/mail-limiter';
import type { Increment } from './counters/counter-table';
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
 * nobody who causes many messages of one kind keeps the owner from hearing of another. It drops messages rather than
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

  async spend(tx: Transaction, message: CountedMessage): Promise<MailVerdict> {
    if (!this.config.rateLimits) return 'send';
    const verdict = await this.ofAll(tx, message);
    if (verdict === 'send' || message.askedFrom === undefined) return verdict;
    return (await this.fitsReserve(tx, message, message.askedFrom)) ? 'send' : verdict;
  }

  private async ofAll(tx: Transaction, message: CountedMessage): Promise<MailVerdict> {
    const row = rowOf('mailbox', message);
    const points = (await this.store.within(tx).count([row])).get(row.key)?.points ?? 0;
    if (points <= MAX_MESSAGES) return 'send';
    // The first that is dropped is counted, too: it may be answered by a last message.
    if (points === MAX_MESSAGES + 1) return 'first-dropped';
    await this.store.within(tx).settle({ giveBack: [row.key], forget: [] });
    return 'dropped';
  }

  private async fitsReserve(tx: Transaction, message: CountedMessage, from: string): Promise<boolean> {
    const table = this.store.within(tx);
    const own = rowOf('mailbox-from', message, networkOf(from, IPV6_BITS));
    if (await table.countWithin(own, MAX_OF_NETWORK)) return false;
    return (await table.countWithin(rowOf('mailbox-reserve', message), MAX_RESERVED)) === null;
  }
}

function rowOf(counter: string, { template, recipient }: CountedMessage, network = ''): Increment {
  const mailbox = `${template} ${addressKey(recipient)} ${network}`;
  return { key: `${counter}:${createHash('sha256').update(mailbox).digest('base64url')}`, duration: HOUR };
}
