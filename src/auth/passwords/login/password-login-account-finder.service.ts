import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { User } from '../../../users/user.entity';
import { LoginAccountFinder } from '../../rate-limits/login-account-finder';
import { PasswordsService } from '../passwords.service';
import { type Candidate, UNKNOWN_ACCOUNT } from './credentials.service';

declare module 'fastify' {
  interface FastifyRequest {
    /** The account of the login name, once it was looked up. */
    loginCandidate?: Candidate;
  }
}

/** Looks up the account of a login name once for each request, with the hash that its password is checked against. */
@Injectable()
export class PasswordLoginAccountFinder extends LoginAccountFinder {
  constructor(private readonly passwords: PasswordsService) {
    super();
  }

  async find(name: string, request: FastifyRequest): Promise<User | null> {
    const candidate = (await this.passwords.findByLogin(name)) ?? UNKNOWN_ACCOUNT;
    request.loginCandidate = candidate;
    return candidate.user;
  }
}
