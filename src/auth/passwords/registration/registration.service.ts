import { Injectable } from '@nestjs/common';
import { AuthConfig } from '../../../platform/config/auth.config';
import type { Transaction } from '../../../platform/database/transaction';
import type { ClientInfo } from '../../../platform/http/client/client-info';
import { Clock } from '../../../platform/kernel/clock.service';
import type { AnonymousCaller } from '../../../users/caller';
import type { User } from '../../../users/user.entity';
import { UsersService } from '../../../users/users.service';
import { LinkMessages } from '../../links/link-messages.service';
import { type SignInOutcome, SignInService } from '../../sign-in/sign-in.service';
import { PasswordWriter } from '../password-writer.service';
import type { RegisterDto } from './dto/register.dto';

/** Registers accounts with a password. */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly config: AuthConfig,
    private readonly users: UsersService,
    private readonly passwordWriter: PasswordWriter,
    private readonly messages: LinkMessages,
    private readonly signIn: SignInService,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates an account and its first session. Where verification is required, there is no session, and the address is
   * only asserted: the steps are the same whether or not another account has it, and the first account to verify it
   * holds it.
   * @returns null where verification is required; @throws DomainError `username_taken`, or `email_taken` where it
   * is not
   */
  async register(caller: AnonymousCaller, { password, ...wanted }: RegisterDto): Promise<SignInOutcome | null> {
    const isRequired = this.config.emailVerification === 'required';
    const profile = { ...wanted, holdsEmail: !isRequired };
    // Check before the expensive hash; the unique constraints still decide.
    await this.users.assertFree(profile);
    const hash = await this.passwordWriter.hash(password, wanted, '/password', caller);
    let outcome: SignInOutcome | null = null;
    await this.users.create(caller, profile, async (tx, made) => {
      await this.storeCredentials(tx, made, hash, caller.client);
      const start = { remembered: false, isExpected: true };
      const proof = { method: 'password', at: this.clock.now() } as const;
      if (!isRequired) outcome = await this.signIn.admit(caller, tx, made, [proof], start);
    });
    return outcome;
  }

  private async storeCredentials(tx: Transaction, user: User, hash: string, client: ClientInfo): Promise<void> {
    await this.passwordWriter.store(tx, user.id, hash);
    if (this.config.emailVerification !== 'off') await this.messages.verify(tx, user, client);
  }
}
