import { Injectable } from '@nestjs/common';
import { SignInConfig } from '../../platform/config/sign-in/sign-in.config';
import type { DataAccess } from '../../platform/database/data-access';
import { User } from '../../users/user.entity';
import { IsSignInMethod, type SignInMethod } from '../factors/sign-in-method';

/** Mail is a way in for accounts with a verified address. */
@Injectable()
@IsSignInMethod()
export class EmailSignInMethod implements SignInMethod {
  constructor(private readonly config: SignInConfig) {}

  async has(data: DataAccess, userId: string): Promise<boolean> {
    return this.config.emailSignIn && data.exists(User, '"id" = $1 AND "emailVerified" = $2', [userId, true]);
  }
}
