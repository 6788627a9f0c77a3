import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ServerConfig } from '../../platform/config/server.config';
import type { Transaction } from '../../platform/database/transaction';
import { networkOf } from '../../platform/http/client/network';
import { addressKey } from '../../platform/kernel/mailbox';
import { type CountedMessage, MailLimiter, type MailVerdict } from '../../platform/mail/mail-limiter';
import { Counter } from './counters/counter';
import { RateLimitStore } from './counters/rate-limit.store';

/** Messages of one kind that one mailbox gets in an hour, from all clients together. */
const MOST = 20;

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
    // One more than are sent, as the first that is dropped is counted, too: it may be answered by a last message.
    const counter = this.counter(tx, 'mailbox', MOST + 1);
    const key = keyOf(message);
    const before = await counter.read(key);
    if (before && before.consumedPoints > MOST) return 'dropped';
    if (await counter.count(key)) return 'dropped';
    return before?.consumedPoints === MOST ? 'first-dropped' : 'send';
  }

  private async fitsReserve(tx: Transaction, message: CountedMessage, from: string): Promise<boolean> {
    const own = this.counter(tx, 'mailbox-from', MAX_OF_NETWORK);
    if (await own.count(keyOf(message, networkOf(from, IPV6_BITS)))) return false;
    return (await this.counter(tx, 'mailbox-reserve', MAX_RESERVED).count(keyOf(message))) === null;
  }

  private counter(tx: Transaction, name: string, points: number): Counter {
    return new Counter(this.store.within(tx), { name, points, duration: HOUR });
  }
}

const keyOf = ({ template, recipient }: CountedMessage, network = ''): string =>
  createHash('sha256')
    .update(`${template} ${addressKey(recipient)} ${network}`)
    .digest('base64url');
