import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { addressKey } from '../../common/mailbox';
import { ServerConfig } from '../../config/server.config';
import { MailBudget, type MailVerdict } from '../../mail/mail-budget';
import { Counter } from './counter';
import { RateLimitStore } from './rate-limit.store';

/** Messages of one kind that one mailbox gets in an hour, whoever causes them. */
const MOST = 20;
const HOUR = 3600;

/**
 * Bounds what one mailbox gets, across accounts: registering and deleting in a loop is no way around. By kind, so that
 * nobody who causes many messages of one kind keeps the owner from hearing of another. It drops messages rather than
 * refuse requests, as strangers could otherwise use it up to block the owner, and a refusal would tell of them.
 */
@Injectable()
export class MailLimits extends MailBudget {
  constructor(
    private readonly config: ServerConfig,
    private readonly store: RateLimitStore,
  ) {
    super();
  }

  async spend(manager: EntityManager, recipient: string, template: string): Promise<MailVerdict> {
    if (!this.config.rateLimits) return 'send';
    // One more than are sent, as the first that is dropped is counted, too: it may be answered by a last message.
    const counter = new Counter(this.store.within(manager), { name: 'mailbox', points: MOST + 1, duration: HOUR });
    const key = createHash('sha256')
      .update(`${template} ${addressKey(recipient)}`)
      .digest('base64url');
    const before = await counter.read(key);
    if (before && before.consumedPoints > MOST) return 'dropped';
    if (await counter.count(key)) return 'dropped';
    return before?.consumedPoints === MOST ? 'first-dropped' : 'send';
  }
}
