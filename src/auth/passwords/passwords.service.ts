import { Injectable } from '@nestjs/common';
import { NIL } from 'uuid';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import type { Actor } from '../../platform/audit/domain-events';
import { Database } from '../../platform/database/database';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock';
import type { DomainError } from '../../platform/problems/domain-error';
import type { AccountProof } from '../../users/proof';
import type { User } from '../../users/user.entity';
import { SecurityNotices } from '../notices/security-notices.service';
import type { HashRequester } from './hashing/hash-requester';
import { PasswordCredential } from './password-credential.entity';
import { PasswordHasher } from './password-hasher.service';

/** How a password came to be another one, and who did it. */
export interface PasswordEvent {
  type: 'password.changed' | 'password.reset';
  actor: Actor;
  /** API tokens that ended with it, and that still work: the owner is told. */
  apiTokens: { ended: number; kept: number };
}

/** Keeps and checks the password of each user. */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly database: Database,
    private readonly hasher: PasswordHasher,
    private readonly clock: Clock,
    private readonly audit: AuditWriter,
    private readonly notices: SecurityNotices,
  ) {}

  /** Why a hash from elsewhere could never be verified here, to go behind "The hash"; null for one that may be kept. */
  refusalOf(hash: string): string | null {
    return this.hasher.refusalOf(hash);
  }

  /**
   * The stored hash of the user's password if this is the password, else null. Replaces a hash that was made with an
   * older scheme, key or cost first.
   * @param userId null for an unknown user: costs the same and is never right
   */
  async verify(userId: string | null, password: string, requester: HashRequester): Promise<string | null> {
    const credential = await this.find(userId ?? NIL);
    const { matches, outdated } = await this.hasher.verify(password, credential?.hash ?? null, requester);
    if (!matches || !credential) return null;
    return outdated ? this.upgrade(credential, password, requester) : credential.hash;
  }

  /** The proof of an account whose password was verified just now. @param refusal what is answered when it was replaced meanwhile */
  proofOf(accountId: string, hash: string, refusal: () => DomainError): AccountProof {
    const isCurrent = (tx: Transaction) => tx.manager.existsBy(PasswordCredential, { userId: accountId, hash });
    return { method: 'password', at: this.clock.now(), accountId, isCurrent, refusal };
  }

  /** Replaces the hash of a user's password within the caller's transaction, records it and notifies the owner. */
  async replace(tx: Transaction, user: User, hash: string, by: PasswordEvent): Promise<void> {
    const { type, actor, apiTokens } = by;
    const change = { hash, updatedAt: this.clock.now() };
    const { affected } = await tx.manager.update(PasswordCredential, { userId: user.id }, change);
    // An imported account may have had none.
    if (affected !== 1) await tx.manager.insert(PasswordCredential, { userId: user.id, ...change });
    this.audit.record(tx, { type, actor, accountId: user.id, details: {} });
    await this.notices.tell(tx, 'password-changed', user, { client: actor.client, apiTokens });
  }

  private async find(userId: string): Promise<PasswordCredential | null> {
    const [credential] = await this.database.select(PasswordCredential, '"userId" = $1', [userId]);
    return credential ?? null;
  }

  /** Only the very hash that was verified is replaced: a password changed in between stays changed. */
  private async upgrade(
    { userId, hash }: PasswordCredential,
    password: string,
    requester: HashRequester,
  ): Promise<string | null> {
    const change = { hash: await this.hasher.hash(password, requester), updatedAt: this.clock.now() };
    const { affected } = await this.database.manager.update(PasswordCredential, { userId, hash }, change);
    // Another request was faster: a login with the same password, or a change of it.
    return affected === 1 ? change.hash : this.verify(userId, password, requester);
  }
}
