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

/** The account that holds the address, otherwise the newest one that asserts it. */
const BY_EMAIL = `"emailKey" = $1 OR "assertedEmailKey" = $1
  ORDER BY CASE WHEN "emailKey" = $1 THEN 0 ELSE 1 END, "createdAt" DESC`;

export const accountDeactivated = () => new DomainError('account_deactivated', 'This account is deactivated.');

/** 404 for a missing account. */
export const noSuchUser = () => new DomainError('not_found', 'There is no account with this id.');

/** The status of an account; undefined properties stay unchanged. */
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

/** Creates, finds, changes and deletes accounts. */
@Injectable()
export class UsersService {
  private readonly changes = new Subject<string>();
  /** Emits the id of each changed account; cached copies must be discarded. */
  readonly changed = this.changes.asObservable();

  constructor(
    private readonly database: Database,
    private readonly audit: AuditWriter,
    private readonly administrators: AdminInvariant,
    private readonly hooks: AccountHooks,
    private readonly clock: Clock,
  ) {}

  /** Finds an account by username or, if the login name contains an `@`, by email address, ignoring case. */
  async findByLogin(login: string): Promise<User | null> {
    return (await this.findByLoginWith(login, 'NULL'))?.user ?? null;
  }

  /** Like `findByLogin`, with an additional value. @param extra its SQL, a scalar subquery */
  async findByLoginWith(login: string, extra: string): Promise<{ user: User; extra: unknown } | null> {
    const where = login.includes('@') ? BY_EMAIL : '"usernameKey" = $1';
    const found = await this.database.selectOneWith(User, extra, where, [loginKey(login)]);
    return found && canIdentify(login, found.row) ? { user: found.row, extra: found.value } : null;
  }

  findById(id: string): Promise<User | null> {
    return this.database.findById(User, id);
  }

  /**
   * Creates an account and runs additional work in the same transaction; the hooks of features run last.
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
   * Changes the username and runs additional work in the same transaction. An unchanged username is not recorded, and
   * without additional work nothing is changed.
   * @throws DomainError `username_taken`, `not_found` when the account was deleted in the meantime
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

  /**
   * Deactivates an account: its sessions end, and their tokens are refused from the next request on. @throws like
   * `updateStatus`
   */
  async deactivate(actor: Actor, id: string): Promise<void> {
    await this.updateStatus(actor, id, { isActive: false });
  }

  /** Reactivates an account; its owner has to log in again. @throws like `updateStatus` */
  async reactivate(actor: Actor, id: string): Promise<void> {
    await this.updateStatus(actor, id, { isActive: true });
  }

  /**
   * Changes the status and roles of an account, and records actual changes. On deactivation, hooks of features end the
   * sessions and revoke the API tokens.
   * @returns the updated account; @throws DomainError `not_found`, `conflict` for the only active administrator
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
   * Runs a transaction that locks the account first. All changes of access to an account use this, so that they are
   * serialized and cannot deadlock.
   * @param gone the error when the account does not exist; default `not_found`
   */
  withLockedUser<T>(
    id: string,
    work: (tx: Transaction, user: User) => Promise<T>,
    gone: () => DomainError = noSuchUser,
  ): Promise<T> {
    return this.database.transaction(async (tx) => work(tx, await this.lockUser(tx, id, gone)));
  }

  /**
   * Like `withLockedUser`, for changes that may remove an administrator: deactivation, demotion, deletion.
   * @throws DomainError `not_found`, `conflict` for the only active administrator
   */
  withAdminInvariant<T>(id: string, work: (tx: Transaction, user: User) => Promise<T>): Promise<T> {
    return this.database.transaction(async (tx) => {
      // Before the account is locked: this locks accounts too, and all transactions must use the same order.
      await this.administrators.assertOneRemainsWithout(tx, id);
      return work(tx, await this.lockUser(tx, id, noSuchUser));
    });
  }

  /** Updates columns of an account within the caller's transaction; cached copies are discarded after the commit. */
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

  /** @throws DomainError when another account already has the username, or holds the address */
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

  /** Lets the unique constraints decide, and only then finds out which value is taken. */
  private async reportingTaken<T>(keys: UniqueKeys, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw (await this.taken(keys)) ?? new DomainError('conflict', 'A concurrent request took it first. Try again.');
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
    return new DomainError(code, 'Another account already has it.', { errors });
  }
}

/** Additional work in the transaction that creates or changes an account. */
type AccountWork = (tx: Transaction, user: User) => Promise<unknown>;

type UniqueKeys = Pick<User, 'id' | 'usernameKey' | 'emailKey'>;
