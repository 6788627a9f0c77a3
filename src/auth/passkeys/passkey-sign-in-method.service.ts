import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction';
import { IsSignInMethod, type SignInMethod } from '../factors/sign-in-method';
import { Passkeys } from './passkeys.service';

/** Sign-in by passkey. */
@Injectable()
@IsSignInMethod()
export class PasskeySignInMethod implements SignInMethod {
  constructor(private readonly passkeys: Passkeys) {}

  has(tx: Transaction, userId: string): Promise<boolean> {
    return this.passkeys.has(tx, userId);
  }
}
