import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction';
import { IsSignInMethod, type SignInMethod } from '../factors/sign-in-method';
import { PasswordCredential } from './password-credential.entity';

/** Sign-in by password. */
@Injectable()
@IsSignInMethod()
export class PasswordSignInMethod implements SignInMethod {
  has(tx: Transaction, userId: string): Promise<boolean> {
    return tx.exists(PasswordCredential, '"userId" = $1', [userId]);
  }
}
