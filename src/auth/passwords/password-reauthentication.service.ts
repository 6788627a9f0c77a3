import { Injectable } from '@nestjs/common';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import { DomainError } from '../../platform/problems/domain-error';
import type { Caller } from '../../users/caller';
import type { AccountProof } from '../../users/proof';
import {
  type Evidence,
  IsReauthenticationMethod,
  type ReauthenticationMethod,
} from '../proofs/reauthentication-method';
import { requesterOf } from './hashing/hash-requester';
import { PasswordsService } from './passwords.service';

/** Reauthentication by password. */
@Injectable()
@IsReauthenticationMethod()
export class PasswordReauthentication implements ReauthenticationMethod {
  readonly method = 'password';

  constructor(
    private readonly passwords: PasswordsService,
    private readonly audit: AuditWriter,
  ) {}

  async isAvailable(userId: string): Promise<boolean> {
    return (await this.passwords.find(userId)) !== null;
  }

  async verify(caller: Caller, { password }: Evidence): Promise<AccountProof | null> {
    return password === undefined ? null : this.prove(caller, password);
  }

  /** @throws DomainError `invalid_credentials` when the password is wrong, which is recorded */
  async prove(caller: Caller, password: string): Promise<AccountProof> {
    const stored = await this.passwords.find(caller.id);
    const hash = await this.passwords.verify(stored, password, requesterOf(caller));
    if (hash !== null) return this.passwords.proofOf(caller.user, hash, wrongPassword);
    await this.audit.recordAlone({
      type: 'password.refused',
      result: 'failure',
      actor: caller,
      accountId: caller.id,
      details: {},
    });
    throw wrongPassword();
  }
}

/** The refusal of a password, or of a request without the right one. */
export const wrongPassword = () => new DomainError('invalid_credentials', 'The password is wrong.');
