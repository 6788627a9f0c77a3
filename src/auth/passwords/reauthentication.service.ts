import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import type { Actor } from '../../platform/audit/domain-events';
import { DomainError } from '../../platform/problems/domain-error';
import { requesterOf } from './hashing/hash-requester';
import { PasswordsService } from './passwords.service';

/** Asks a caller for the password again, before something that a stolen session must not do (ASVS 7.5.1). */
@Injectable()
export class Reauthentication {
  constructor(
    private readonly passwords: PasswordsService,
    private readonly audit: AuditWriter,
  ) {}

  /** @returns the stored hash; @throws DomainError `invalid_credentials` when the password is wrong, which is recorded */
  async prove(userId: string, password: string, actor: Actor): Promise<string> {
    const known = await this.passwords.verify(userId, password, requesterOf(actor));
    if (known !== null) return known;
    await this.audit.recordAlone({
      type: 'password.refused',
      result: 'failure',
      actor,
      accountId: userId,
      details: {},
    });
    throw wrongPassword();
  }

  /**
   * Asks again within the transaction that was waited for, as the password may have been changed since it was proven.
   * @throws DomainError `invalid_credentials` when it is another one now
   */
  async assertStill(manager: EntityManager, userId: string, hash: string): Promise<void> {
    if (!(await this.passwords.isCurrent(manager, userId, hash))) throw wrongPassword();
  }
}

const wrongPassword = () => new DomainError('invalid_credentials', 'The password is wrong.');
