import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../common/clock';
import { isoTime } from '../../common/iso-time';
import type { Origin } from '../../http/origin';
import { MailTemplates } from '../../mail/mail-templates';
import { Outbox } from '../../mail/outbox';
import type { User } from '../../users/user.entity';

/** What the owner of an account is told of without having asked, by template. */
const NOTICES = ['new-device', 'password-changed', 'api-token-created', 'account-deleted'] as const;

/** What the owner is told instead of the first notice that is one too many of its kind. */
const PAUSED = 'notices-paused';

/** Something that the owner of an account should know of. */
export type Notice = (typeof NOTICES)[number];

type Owner = Pick<User, 'id' | 'email'>;

/** Tells owners what happened to their account, so that they notice what was not them. */
@Injectable()
export class SecurityNotices {
  constructor(
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    templates: MailTemplates,
  ) {
    for (const notice of [...NOTICES, PAUSED]) {
      templates.define(notice, ({ parameters }) => Promise.resolve({ values: parameters }));
    }
  }

  /** Tells the owner, with the caller's transaction. @param origin where it was done from; null for an operator */
  async tell(manager: EntityManager, notice: Notice, owner: Owner, origin: Origin | null): Promise<void> {
    await this.outbox.enqueue(manager, {
      template: notice,
      whenTooMany: PAUSED,
      recipient: owner.email,
      accountId: owner.id,
      parameters: {
        time: isoTime(this.clock.now()),
        address: origin?.ipAddress ?? 'the command line of the server',
        device: origin?.userAgent ?? 'unknown',
      },
    });
  }
}
