import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-local';
import { originOf } from '../../http/origin';
import { CredentialsService, type VerifiedCredentials } from '../credentials.service';

/** Username or email, and password, from the body of a login. */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy) {
  constructor(private readonly credentials: CredentialsService) {
    super({ passReqToCallback: true });
  }

  validate(request: FastifyRequest, login: string, password: string): Promise<VerifiedCredentials> {
    return this.credentials.check(login, password, originOf(request));
  }
}
