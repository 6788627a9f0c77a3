import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail';
import type { Actor } from '../../audit/domain-events';
import { DomainError } from '../../common/problems/domain-error';
import { PasswordsService } from './passwords.service';

/** Asks a caller for the password again, before something that a stolen session must not do (ASVS 7.5.1). */
@Injectable()
export class Reauthentication {
  constructor(
    private readonly passwords: PasswordsService,
    private readonly audit: AuditTrail,
  ) {}

  /** @returns the stored hash; @throws DomainError `invalid_credentials` when the password is wrong, which is recorded */
  async prove(userId: string, password: string, actor: Actor): Promise<string> {
    const known = await this.passwords.proven(userId, password);
    if (known !== null) return known;
    await this.audit.recordAlone({
      type: 'password.refused',
      result: 'failure',
      actor,
      accountId: userId,
      details: {},
    });
    throw new DomainError('invalid_credentials', 'The password is wrong.');
  }
}
