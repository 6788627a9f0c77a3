import { Injectable } from '@nestjs/common';
import { FactorResets } from '../../auth/factors/factor-resets.service';
import { LinkMessages } from '../../auth/links/link-messages.service';
import { SessionStore } from '../../auth/sessions/session-store.service';
import { caseless } from '../../platform/addresses/mailbox';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import type { Actor } from '../../platform/audit/domain-events';
import { Database } from '../../platform/database/database.service';
import type { Page } from '../../platform/pagination/page';
import { User, withRole } from '../../users/user.entity';
import { noSuchUser, UsersService } from '../../users/users.service';
import type { UsersQueryDto } from './dto/users-query.dto';

/** The case-insensitive address that an account holds or asserts. */
const EMAIL = 'COALESCE("assertedEmailKey", "emailKey")';

/** LIKE pattern for any text that contains this one, with wildcards escaped. */
const containing = (text: string) => `%${caseless(text).replaceAll(/[\\%_]/g, '\\$&')}%`;

/** Manages accounts for administrators. */
@Injectable()
export class UserAdministration {
  private readonly filtered;

  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly sessions: SessionStore,
    private readonly messages: LinkMessages,
    private readonly resets: FactorResets,
    private readonly audit: AuditWriter,
  ) {
    this.filtered = database.filteredList(User, {
      name: 'users',
      filters: {
        q: `"usernameKey" LIKE $ ESCAPE '\\' OR ${EMAIL} LIKE $ ESCAPE '\\'`,
        isActive: '"isActive" = $',
        emailVerified: '"emailVerified" = $',
        role: withRole('"roles"', '$'),
      },
      order: ['createdAt', 'id'],
    });
  }

  /** Accounts, newest first. @throws DomainError `invalid_cursor`, including for a cursor of other filters */
  list(query: UsersQueryDto): Promise<Page<User>> {
    const { q, role, isActive, emailVerified } = query;
    const patterns = { q: q && containing(q), role: role && `%,${role},%` };
    return this.filtered({ ...patterns, isActive, emailVerified }, query);
  }

  /** @throws DomainError `not_found` */
  async find(id: string): Promise<User> {
    const user = await this.users.findById(id);
    if (!user) throw noSuchUser();
    return user;
  }

  /** The usernames of accounts that exist, by id. */
  async namesOf(ids: Iterable<string>): Promise<Map<string, string>> {
    const wanted = [...new Set(ids)];
    const among = `"id" IN (${wanted.map((_, index) => `$${index + 1}`).join(', ')})`;
    const users = wanted.length === 0 ? [] : await this.database.select(User, among, wanted);
    return new Map(users.map(({ id, username }) => [id, username]));
  }

  /**
   * Begins the removal of the second factors of an account, which its owner can stop for 72 hours.
   * @throws DomainError `not_found`
   */
  removeSecondFactor(actor: Actor, id: string): Promise<void> {
    return this.users.withLockedUser(id, (tx, user) => this.resets.request(tx, actor, user));
  }

  /** Ends every session of an account. @throws DomainError `not_found` */
  async endSessions(actor: Actor, id: string): Promise<void> {
    await this.find(id);
    await this.sessions.endMany(actor, id);
  }

  /**
   * Queues a password reset link to the account's own address; nothing is sent to a deactivated account. Only the owner
   * can set a password.
   * @throws DomainError `not_found`
   */
  async sendPasswordReset(actor: Actor, id: string): Promise<void> {
    const { email } = await this.find(id);
    await this.database.transaction(async (tx) => {
      this.audit.record(tx, { type: 'password.reset-requested', actor, accountId: id, details: {} });
      await this.messages.reset(tx, email, id, actor.client);
    });
  }
}
