import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/audit/domain-events';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import { requesterOf } from './hashing/hash-requester';
import { PasswordCredential } from './password-credential.entity';
import { PasswordHasher } from './password-hasher.service';
import { PasswordPolicy } from './password-policy.service';
import type { PasswordOwner } from './strength/own-words';

/** Checks, hashes and stores new passwords. */
@Injectable()
export class PasswordWriter {
  constructor(
    private readonly policy: PasswordPolicy,
    private readonly hasher: PasswordHasher,
    private readonly clock: Clock,
  ) {}

  /**
   * Hashes an acceptable password.
   * @returns the hash for `store`; a separate step, because a transaction must not wait for it
   * @param pointer JSON pointer to the password in the body
   * @throws DomainError `weak_password`, before hashing; `overloaded` when too many wait
   */
  async hash(password: string, owner: PasswordOwner, pointer: string, actor: Actor): Promise<string> {
    await this.policy.assertAcceptable(password, owner, pointer, actor);
    return this.hasher.hash(password, requesterOf(actor));
  }

  /** Stores a new user's first hash, within the caller's transaction. */
  async store(tx: Transaction, userId: string, hash: string): Promise<void> {
    await tx.manager.insert(PasswordCredential, { userId, hash, updatedAt: this.clock.now() });
  }
}
