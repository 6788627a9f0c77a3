import { type CanActivate, Injectable } from '@nestjs/common';
import { SignInConfig } from '../../platform/config/sign-in/sign-in.config';
import { DomainError } from '../../platform/problems/domain-error';

/** 404 unless `EMAIL_SIGN_IN` is on. Guards of a controller run before those of its routes, so nothing is counted. */
@Injectable()
export class EmailSignInGuard implements CanActivate {
  constructor(private readonly config: SignInConfig) {}

  canActivate(): boolean {
    if (!this.config.emailSignIn) throw new DomainError('not_found', 'Sign-in by mail is switched off.');
    return true;
  }
}
