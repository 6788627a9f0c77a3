import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity';
import { addressKey } from '../platform/addresses/mailbox';
import { AuditWriter } from '../platform/audit/audit-writer.service';
import type { Actor } from '../platform/audit/domain-events';
import { Database } from '../platform/database/database.service';
import { isUniqueViolation } from '../platform/database/sql/database-errors';
import type { Transaction } from '../platform/database/transaction';
import { Clock } from '../platform/kernel/clock.service';
import { DomainError, type FieldError } from '../platform/problems/domain-error';
import { type Role } from './access/roles';
import { AccountHooks } from './account-hooks.service';
import { AdminInvariant } from './admin-invariant.service';
import type { Caller } from './caller';
import { loginKey, canIdentify, usernameKey } from './names';
import { newUser, type NewProfile } from './new-user';
import { User } from './user.entity';

/** The account that holds the address, else the last one to assert it. */
const BY_EMAIL = `"emailKey" = $1 OR "assertedEmailKey" = $1
  ORDER BY CASE WHEN "emailKey" = $1 THEN 0 ELSE 1 END, "createdAt" DESC`;

export const accountDeactivated = () => new DomainError('account_deactivated', 'This account is deactivated.');

/** The account does not exist. */
export const noSuchUser = () => new DomainError('not_found', 'There is no account with this id.');

/** What an account may do; what is undefined stays as it is. */
export interface AccountStatus {
  isActive?: boolean | undefined;
  roles?: Role[] | undefined;
}

function differences(user: User, { isActive, roles }: AccountStatus): Partial<User> {
  const isSame = roles === undefined || [...roles].sort().join() === [...user.roles].sort().join();
  return {
    ...(isActive !== undefined && isActive !== user.isActive && { isActive }),
    ...(!isSame && { roles }),
  };
}

/** Accounts: making, finding and changing them. */
@Injectable()
export class UsersService {
  private readonly changes = new Subject<string>();
  /** The id of each account that was just changed; copies of it must be discarded. */
  readonly changed = this.changes.asObservable();

  constructor(
    private readonly database: Database,
    private readonly audit: AuditWriter,
    private readonly administrators: AdminInvariant,
    private readonly hooks: AccountHooks,
    private readonly clock: Clock,
  ) {}

  /** Finds by username or, when there is an `@` in it, by email; without regard to case. */
  async findByLogin(login: string): Promise<User | null> {
    return (await this.findByLoginWith(login, 'NULL'))?.user ?? null;
  }

  /** As `findByLogin`, with what stands beside the account. @param extra SQL of it, a scalar subquery */
  async findByLoginWith(login: string, extra: string): Promise<{ user: User; extra: unknown } | null> {
    const where = login.includes('@') ? BY_EMAIL : '"usernameKey" = $1';
    const found = await this.database.selectOneWith(User, extra, where, [loginKey(login)]);
    return found && canIdentify(login, found.row) ? { user: found.row, extra: found.value } : null;
  }

  findById(id: string): Promise<User | null> {
    return this.database.findById(User, id);
  }

  /**
   * Makes an account, and in the same transaction whatever has to stand beside it; the hooks of features run last.
   * @throws DomainError `username_taken` or `email_taken`, naming each field that is taken
   */
  async create(actor: Actor, profile: NewProfile, work: AccountWork): Promise<User> {
    const user = newUser(profile, this.clock.now());
    await this.reportingTaken(user, () =>
      this.database.transaction(async (tx) => {
        await tx.insert(User, user);
        this.audit.record(tx, { type: 'user.registered', actor, accountId: user.id, details: {} });
        await work(tx, user);
        await this.hooks.run('onRegistration', tx, user, actor);
      }),
    );
    return user;
  }

  /**
   * Changes the username, and in the same transaction what else is to change with it. The same username again records
   * nothing, and without anything else it changes nothing.
   * @throws DomainError `username_taken`, `not_found` when the account was just deleted
   */
  async rename(caller: Caller, username: string, work?: AccountWork): Promise<User> {
    const { user } = caller;
    const { id, emailKey } = user;
    const isRenamed = username !== user.username;
    if (!isRenamed && !work) return user;
    const change = { ...(isRenamed && { username, usernameKey: usernameKey(username) }) };
    return this.reportingTaken({ id, emailKey, usernameKey: usernameKey(username) }, () =>
      this.withLockedUser(id, async (tx, locked) => {
        await this.update(tx, id, change);
        await work?.(tx, locked);
        if (isRenamed) this.audit.record(tx, { type: 'user.renamed', actor: caller, accountId: id, details: {} });
        return this.lockUser(tx, id, noSuchUser);
      }),
    );
  }

  /** Deactivates an account: its sessions end, and their tokens are refused from the next request on. @throws as `updateStatus` */
  async deactivate(actor: Actor, id: string): Promise<void> {
    await this.updateStatus(actor, id, { isActive: false });
  }

  /** Reactivates an account; its owner has to log in. @throws as `updateStatus` */
  async reactivate(actor: Actor, id: string): Promise<void> {
    await this.updateStatus(actor, id, { isActive: true });
  }

  /**
   * Changes what the owner of an account may not change, and records what really changed. A deactivation ends sessions and
   * API tokens, by the hooks of their features.
   * @returns the account as it is now; @throws DomainError `not_found`, `conflict` for the only active administrator
   */
  updateStatus(actor: Actor, id: string, wanted: AccountStatus): Promise<User> {
    const endsAdministrator = wanted.isActive === false || wanted.roles?.includes('admin') === false;
    const change = async (tx: Transaction, user: User) => {
      const changed = differences(user, wanted);
      if (Object.keys(changed).length === 0) return user;
      await this.update(tx, id, changed);
      const now = await this.lockUser(tx, id, noSuchUser);
      await this.recordStatusChange(tx, now, changed, actor);
      return now;
    };
    return endsAdministrator ? this.withAdminInvariant(id, change) : this.withLockedUser(id, change);
  }

  /**
   * Runs a transaction that locks the account, as it is now, until its end. What changes access to an account is
   * done like this, so that such changes come one after the other and never wait for each other in a circle.
   * @param gone what to throw when the account is gone; `not_found` when left out
   */
  withLockedUser<T>(
    id: string,
    work: (tx: Transaction, user: User) => Promise<T>,
    gone: () => DomainError = noSuchUser,
  ): Promise<T> {
    return this.database.transaction(async (tx) => work(tx, await this.lockUser(tx, id, gone)));
  }

  /**
   * As `withLockedUser`, for what ends an account as an administrator: deactivating, demoting, deleting.
   * @throws DomainError `not_found`, `conflict` for the only active administrator
   */
  withAdminInvariant<T>(id: string, work: (tx: Transaction, user: User) => Promise<T>): Promise<T> {
    return this.database.transaction(async (tx) => {
      // Before the account is held, as it holds accounts too, and all must do so in one order.
      await this.administrators.assertOneRemainsWithout(tx, id);
      return work(tx, await this.lockUser(tx, id, noSuchUser));
    });
  }

  /** Changes columns of an account within the caller's transaction; copies of it are discarded after the commit. */
  async update(tx: Transaction, id: string, change: QueryDeepPartialEntity<User>): Promise<void> {
    await tx.manager.update(User, { id }, { ...change, updatedAt: this.clock.now() });
    tx.afterCommit(() => this.changes.next(id));
  }

  /** Deletes an account and everything that refers to it, within the caller's transaction. */
  async remove(tx: Transaction, user: User, actor: Actor): Promise<void> {
    const { id } = user;
    await this.hooks.run('onDeletion', tx, user, actor);
    await tx.removeWhere(User, '"id" = $1', [id]);
    tx.afterCommit(() => this.changes.next(id));
  }

  /** @throws DomainError when another account has the username, or holds the email that is to be held, already */
  async assertFree({ username, email, holdsEmail }: NewProfile): Promise<void> {
    const emailKey = holdsEmail ? addressKey(email) : '';
    const takenError = await this.taken({ id: '', usernameKey: usernameKey(username), emailKey });
    if (takenError) throw takenError;
  }

  private async lockUser(tx: Transaction, id: string, gone: () => DomainError): Promise<User> {
    const user = await tx.lock(User, { id });
    if (!user) throw gone();
    return user;
  }

  private async recordStatusChange(
    tx: Transaction,
    user: User,
    { isActive, roles }: AccountStatus,
    actor: Actor,
  ): Promise<void> {
    const { id } = user;
    if (isActive !== undefined) {
      const type = isActive ? 'user.reactivated' : 'user.deactivated';
      this.audit.record(tx, { type, actor, accountId: id, details: {} });
      await this.hooks.run(isActive ? 'onReactivation' : 'onDeactivation', tx, user, actor);
    }
    if (roles) this.audit.record(tx, { type: 'user.roles-changed', actor, accountId: id, details: { roles } });
  }

  /** The database alone decides which request was first; only then is it asked what exactly was taken. */
  private async reportingTaken<T>(keys: UniqueKeys, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw (await this.taken(keys)) ?? new DomainError('conflict', 'Another request was faster; try again.');
    }
  }

  private async taken(keys: UniqueKeys): Promise<DomainError | null> {
    const rows = await this.database.select(User, '"usernameKey" = $1 OR "emailKey" = $2', [
      keys.usernameKey,
      keys.emailKey,
    ]);
    const others = rows.filter((row) => row.id !== keys.id);
    const errors: FieldError[] = [];
    if (others.some((row) => row.usernameKey === keys.usernameKey)) {
      errors.push({ pointer: '/username', message: 'is already taken' });
    }
    if (others.some((row) => row.emailKey === keys.emailKey)) {
      errors.push({ pointer: '/email', message: 'is already taken' });
    }
    if (errors.length === 0) return null;
    const code = errors[0]?.pointer === '/username' ? 'username_taken' : 'email_taken';
    return new DomainError(code, 'Another account has it already.', { errors });
  }
}

/** What is done in the transaction that makes or changes an account. */
type AccountWork = (tx: Transaction, user: User) => Promise<unknown>;

type UniqueKeys = Pick<User, 'id' | 'usernameKey' | 'emailKey'>;
