import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { NIL } from 'uuid';
import { Clock } from '../../common/clock';
import { Database } from '../../database/database';
import { PasswordCredential } from './password-credential.entity';
import { PasswordHasher } from './password-hasher';
import { type PasswordOwner, PasswordPolicy } from './password-policy';

/** Keeps and checks the password of each user. */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly database: Database,
    private readonly policy: PasswordPolicy,
    private readonly hasher: PasswordHasher,
    private readonly clock: Clock,
  ) {}

  /**
   * Hashes a password that its owner may have.
   * @returns what `store` keeps; computed apart, as a transaction must not wait for it
   * @param pointer JSON pointer to the password in the body
   * @throws DomainError `weak_password`, before anything is computed; `overloaded` when too many wait
   */
  async hash(password: string, owner: PasswordOwner, pointer: string): Promise<string> {
    this.policy.assertAcceptable(password, owner, pointer);
    return this.hasher.hash(password);
  }

  /** Why a hash from elsewhere could never be verified here, to go behind "The hash"; null for one that `store` may keep. */
  refusalOf(hash: string): string | null {
    return this.hasher.refusalOf(hash);
  }

  /** Stores a new user's first hash, within the caller's transaction. */
  async store(manager: EntityManager, userId: string, hash: string): Promise<void> {
    await manager.insert(PasswordCredential, { userId, hash, updatedAt: this.clock.now() });
  }

  /**
   * Whether this is the user's password; replaces a hash that was made with an older scheme, key or cost.
   * @param userId null for an unknown user: costs the same and is never right
   */
  async verify(userId: string | null, password: string): Promise<boolean> {
    const credential = await this.find(userId ?? NIL);
    const { matches, outdated } = await this.hasher.verify(password, credential?.hash ?? null);
    if (matches && outdated && credential) await this.upgrade(credential, password);
    return matches;
  }

  /**
   * Replaces the password of somebody who knows it, and does in the same transaction what has to happen with it.
   * @returns false when the current password is wrong, or was changed by somebody else meanwhile
   */
  async change(
    userId: string,
    { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
    alongside: (manager: EntityManager) => Promise<unknown>,
  ): Promise<boolean> {
    const credential = await this.find(userId);
    const { matches } = await this.hasher.verify(currentPassword, credential?.hash ?? null);
    if (!matches || !credential) return false;
    const change = { hash: await this.hasher.hash(newPassword), updatedAt: this.clock.now() };
    return this.database.transaction(async (manager) => {
      const { affected } = await manager.update(PasswordCredential, { userId, hash: credential.hash }, change);
      if (affected !== 1) return false;
      await alongside(manager);
      return true;
    });
  }

  private async find(userId: string): Promise<PasswordCredential | null> {
    const [credential] = await this.database.select(PasswordCredential, '"userId" = $1', [userId]);
    return credential ?? null;
  }

  /** Only the very hash that was verified is replaced: a password changed in between stays changed. */
  private async upgrade({ userId, hash }: PasswordCredential, password: string): Promise<void> {
    const change = { hash: await this.hasher.hash(password), updatedAt: this.clock.now() };
    await this.database.manager.update(PasswordCredential, { userId, hash }, change);
  }
}
