import { Injectable } from '@nestjs/common';
import { NIL } from 'uuid';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import type { Actor } from '../../platform/audit/domain-events';
import { Database } from '../../platform/database/database.service';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import type { DomainError } from '../../platform/problems/domain-error';
import type { AccountProof } from '../../users/proof';
import type { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';
import { SecurityNotices } from '../notices/security-notices.service';
import type { HashRequester } from './hashing/hash-requester';
import { PasswordCredential } from './password-credential.entity';
import { PasswordHasher } from './password-hasher.service';

/** How a password was replaced, and by which actor. */
export interface PasswordEvent {
  type: 'password.changed' | 'password.reset';
  actor: Actor;
  /** Number of API tokens that were revoked, and that are still valid, for the notice to the owner. */
  apiTokens: { ended: number; kept: number };
}

/** The stored hash of an account's password. */
export type StoredHash = Pick<PasswordCredential, 'userId' | 'hash'>;

/** An account and the stored hash of its password; an imported account may have none. */
export interface PasswordHolder {
  user: User;
  stored: StoredHash | null;
}

/** SQL for the stored hash of an account. */
const HASH = 'SELECT "hash" FROM "password_credentials" WHERE "userId" = "users"."id"';

/** Stores and verifies passwords. */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly hasher: PasswordHasher,
    private readonly clock: Clock,
    private readonly audit: AuditWriter,
    private readonly notices: SecurityNotices,
  ) {}

  /**
   * Why a hash of another system could never be verified here, to complete "The hash ..."; null for an acceptable hash.
   */
  refusalOf(hash: string): string | null {
    return this.hasher.refusalOf(hash);
  }

  /** The account of a username or address, with its stored hash, by one statement; null if unknown. */
  async findByLogin(login: string): Promise<PasswordHolder | null> {
    const found = await this.users.findByLoginWith(login, HASH);
    if (!found) return null;
    const { user, extra } = found;
    return { user, stored: typeof extra === 'string' ? { userId: user.id, hash: extra } : null };
  }

  /** The stored hash of a user. @param userId null for an unknown user, which takes the same time */
  find(userId: string | null): Promise<StoredHash | null> {
    return this.database.selectOne(PasswordCredential, '"userId" = $1', [userId ?? NIL]);
  }

  /**
   * The stored hash if the password matches, otherwise null. First replaces a hash with an outdated scheme, key or
   * cost.
   * @param stored null for an unknown user, which takes the same time and never matches
   */
  async verify(stored: StoredHash | null, password: string, requester: HashRequester): Promise<string | null> {
    const { matches, outdated } = await this.hasher.verify(password, stored?.hash ?? null, requester);
    if (!matches || !stored) return null;
    return outdated ? this.upgrade(stored, password, requester) : stored.hash;
  }

  /**
   * The proof for an account whose password was just verified.
   * @param account as read before its hash @param refusal the error when the password has been replaced in the meantime
   */
  proofOf({ id, credentialVersion }: User, hash: string, refusal: () => DomainError): AccountProof {
    // The version increases with every new password, but also in other cases: then the hash decides.
    const isCurrent = (tx: Transaction, now: User) =>
      now.credentialVersion === credentialVersion ||
      tx.exists(PasswordCredential, '"userId" = $1 AND "hash" = $2', [id, hash]);
    return { method: 'password', at: this.clock.now(), accountId: id, isCurrent, refusal };
  }

  /** Whether the account has a password, within the caller's transaction. */
  isSet(tx: Transaction, userId: string): Promise<boolean> {
    return tx.exists(PasswordCredential, '"userId" = $1', [userId]);
  }

  /** Replaces the hash of a user's password within the caller's transaction, records it and notifies the owner. */
  async replace(tx: Transaction, user: User, hash: string, by: PasswordEvent): Promise<void> {
    const { type, actor, apiTokens } = by;
    const change = { hash, updatedAt: this.clock.now() };
    const { affected } = await tx.manager.update(PasswordCredential, { userId: user.id }, change);
    // An imported account may not have a password.
    if (affected !== 1) await tx.manager.insert(PasswordCredential, { userId: user.id, ...change });
    this.audit.record(tx, { type, actor, accountId: user.id, details: {} });
    await this.notices.notify(tx, 'password-changed', user, { client: actor.client, apiTokens });
  }

  /** Replaces only the hash that was verified: a password changed in the meantime stays changed. */
  private async upgrade(
    { userId, hash }: StoredHash,
    password: string,
    requester: HashRequester,
  ): Promise<string | null> {
    const change = { hash: await this.hasher.hash(password, requester), updatedAt: this.clock.now() };
    const { affected } = await this.database.manager.update(PasswordCredential, { userId, hash }, change);
    // Another request was faster: a login with the same password, or a change of it.
    return affected === 1 ? change.hash : this.verify(await this.find(userId), password, requester);
  }
}
