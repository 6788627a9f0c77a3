import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AuditWriter } from '../../../platform/audit/audit-writer.service';
import { AuthConfig } from '../../../platform/config/auth.config';
import { Database } from '../../../platform/database/database.service';
import { DomainError } from '../../../platform/problems/domain-error';
import type { AnonymousCaller } from '../../../users/caller';
import type { User } from '../../../users/user.entity';
import { UsersService } from '../../../users/users.service';
import { DeviceTokens } from '../../devices/device-tokens.service';
import { signInRefusal } from '../../sign-in/sign-in-refusal';
import { type SignInOutcome, SignInService } from '../../sign-in/sign-in.service';
import { Assertions } from '../assertions.service';
import { invalidPasskey, Passkeys } from '../passkeys.service';
import type { PasskeyLoginDto } from './dto/passkey-login.dto';

/** Logs in by passkey, without a name: the authenticator knows the account. */
@Injectable()
export class PasskeyLogin {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly passkeys: Passkeys,
    private readonly assertions: Assertions,
    private readonly signIn: SignInService,
    private readonly devices: DeviceTokens,
    private readonly config: AuthConfig,
    private readonly audit: AuditWriter,
  ) {}

  /**
   * Exchanges the answer of a passkey for a session or a challenge.
   * @throws DomainError `invalid_passkey` for whatever is wrong with it; `account_deactivated` and `email_unverified` only
   * when it is right
   */
  async logIn(
    caller: AnonymousCaller,
    request: FastifyRequest,
    { remember = false, ...evidence }: PasskeyLoginDto,
  ): Promise<SignInOutcome> {
    const assertion = await this.assertions.verify(this.database, evidence, { kind: 'login' });
    const user = assertion && (await this.users.findById(assertion.passkey.userId));
    if (!user) throw invalidPasskey();
    await this.assertMaySignIn(caller, user);
    const isExpected = this.devices.recognizeLogin(request, user) !== undefined;
    try {
      const proof = this.passkeys.proofOf(assertion);
      return await this.signIn.begin(caller, proof, { remembered: remember, isExpected });
    } catch (error) {
      if (error instanceof DomainError && error.code === 'invalid_passkey') {
        // After the rollback of the sign-in, which would undo it.
        await this.users.withLockedUser(
          user.id,
          (tx, owner) => this.passkeys.reportIfCloned(tx, owner, caller, assertion),
          invalidPasskey,
        );
      }
      throw error;
    }
  }

  private async assertMaySignIn(actor: AnonymousCaller, user: User): Promise<void> {
    const refusal = signInRefusal(user, this.config);
    if (!refusal) return;
    const { reason, error } = refusal;
    const about = { actor, accountId: user.id, details: { reason } };
    await this.audit.recordAlone({ type: 'session.refused', result: 'failure', ...about });
    throw error();
  }
}
