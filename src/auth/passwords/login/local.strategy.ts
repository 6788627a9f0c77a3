import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-local';
import type { VerifiedCredentials } from './credentials.service';
import { PasswordLogin } from './password-login.service';

/** Checks the username or email address and the password in the body of a login. */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy) {
  constructor(private readonly logins: PasswordLogin) {
    super({ passReqToCallback: true });
  }

  validate(request: FastifyRequest, login: string, password: string): Promise<VerifiedCredentials> {
    return this.logins.check(request, login, password);
  }
}
