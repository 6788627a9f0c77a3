import { Injectable } from '@nestjs/common';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import { Database } from '../../platform/database/database.service';
import { Outbox } from '../../platform/mail/outbox.service';
import type { AnonymousCaller } from '../../users/caller';
import { UsersService } from '../../users/users.service';
import { EmailChallengeCodec } from './email-challenge.codec';
import { EmailChallenges } from './email-challenges.service';

/** Requests to sign in by mail. */
@Injectable()
export class EmailSignInRequests {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditWriter,
    private readonly users: UsersService,
    private readonly outbox: Outbox,
    private readonly challenges: EmailChallenges,
    private readonly codec: EmailChallengeCodec,
  ) {}

  /**
   * Queues a mail to the account with this address. Takes the same steps and time when there is none.
   * @returns the challenge token, without which the code in the mail is worth nothing
   */
  async request(actor: AnonymousCaller, email: string): Promise<string> {
    const accountId = (await this.users.findByLogin(email))?.id ?? null;
    return this.database.transaction(async (tx) => {
      this.audit.record(tx, { type: 'email-sign-in.requested', actor, accountId, details: {} });
      const message = { template: 'email-sign-in', recipient: email, accountId, askedFrom: actor.client.ipAddress };
      const id = await this.outbox.enqueue(tx, message);
      this.challenges.add(tx, id, email, accountId);
      return this.codec.encode(id);
    });
  }
}
