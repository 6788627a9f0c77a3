import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';
import type { EntityManager } from 'typeorm';
import { Clock } from '../common/clock';
import { newId } from '../common/ids';
import { DomainError, type FieldError } from '../common/problems/domain-error';
import { Database } from '../database/database';
import { isUniqueViolation } from '../database/database-errors';
import { User } from './user.entity';

/** The form under which a name or an address is unique: without regard to case, and with one way to write each letter. */
export const caseless = (text: string): string => text.normalize('NFC').toLowerCase();

/** The account is not active any more. */
export const accountDeactivated = () => new DomainError('account_deactivated', 'This account is deactivated.');

/** Accounts: making, finding and changing them. */
@Injectable()
export class UsersService {
  private readonly deactivations: ((manager: EntityManager, userId: string) => Promise<unknown>)[] = [];
  private readonly changes = new Subject<string>();
  /** The id of each account that was just changed; who keeps a copy must forget it. */
  readonly changed = this.changes.asObservable();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Finds by username or, when there is an `@` in it, by email; without regard to case. */
  async findByLogin(login: string): Promise<User | null> {
    const column = login.includes('@') ? 'emailKey' : 'usernameKey';
    const [user] = await this.database.select(User, `"${column}" = $1`, [caseless(login)]);
    return user ?? null;
  }

  findById(id: string): Promise<User | null> {
    return this.database.findById(User, id);
  }

  /**
   * Makes an account, and in the same transaction whatever has to stand beside it.
   * @throws DomainError `username_taken` or `email_taken`, naming each field that is taken
   */
  async create(
    profile: { username: string; email: string },
    alongside: (manager: EntityManager, user: User) => Promise<unknown>,
  ): Promise<User> {
    const now = this.clock.now();
    const user = Object.assign(new User(), {
      id: newId(),
      username: profile.username,
      usernameKey: caseless(profile.username),
      email: profile.email,
      emailKey: caseless(profile.email),
      emailVerified: false,
      roles: ['user'],
      isActive: true,
      createdAt: now,
      updatedAt: now,
    });
    await this.uniquely(user, () =>
      this.database.transaction(async (manager) => {
        await manager.insert(User, user);
        await alongside(manager, user);
      }),
    );
    return user;
  }

  /** @throws DomainError `username_taken` */
  async rename(user: User, username: string): Promise<User> {
    const change = { username, usernameKey: caseless(username), updatedAt: this.clock.now() };
    const { id, emailKey } = user;
    await this.uniquely({ id, emailKey, usernameKey: change.usernameKey }, () => this.update(user.id, change));
    return Object.assign(new User(), user, change);
  }

  /** Switches an account off: whoever holds a session of it is refused from the next request on, for good. */
  async deactivate(id: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      await manager.update(User, { id }, { isActive: false, updatedAt: this.clock.now() });
      for (const alongside of this.deactivations) await alongside(manager, id);
    });
    this.changes.next(id);
  }

  /** Switches an account on again; its owner has to log in. */
  async reactivate(id: string): Promise<void> {
    await this.update(id, { isActive: true, updatedAt: this.clock.now() });
  }

  /** Registers what has to happen in the same transaction as a deactivation. */
  onDeactivate(alongside: (manager: EntityManager, userId: string) => Promise<unknown>): void {
    this.deactivations.push(alongside);
  }

  /** @throws DomainError when another account has the username or the email already */
  async assertFree(profile: { username: string; email: string }): Promise<void> {
    const taken = await this.taken({
      id: '',
      usernameKey: caseless(profile.username),
      emailKey: caseless(profile.email),
    });
    if (taken) throw taken;
  }

  private async update(id: string, change: Partial<User>): Promise<void> {
    await this.database.manager.update(User, { id }, change);
    this.changes.next(id);
  }

  /** The database alone decides who was first; only then is it asked what exactly was taken. */
  private async uniquely(keys: UniqueKeys, write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw (await this.taken(keys)) ?? new DomainError('conflict', 'Somebody else was faster; try again.');
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

type UniqueKeys = Pick<User, 'id' | 'usernameKey' | 'emailKey'>;
