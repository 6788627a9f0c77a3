import { type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Database } from '../../platform/database/database.service';
import { DomainError } from '../../platform/problems/domain-error';
import { Caller } from '../../users/caller';
import { UsersService } from '../../users/users.service';
import { SignInChallenges } from '../challenges/sign-in-challenges.service';
import { SecondFactors } from '../factors/second-factors.service';
import { type AuthenticationScheme, IsAuthenticationScheme } from './authentication-scheme';
import { bearerToken, invalidToken } from './bearer';

/** The prefix of challenge tokens. */
const PREFIX = 'lkc_';

const ALLOWS_ENROLLMENT = Symbol('ALLOWS_ENROLLMENT');

/**
 * The route takes part in the enrollment of a first second factor: it also admits the challenge token of a sign-in that must
 * enroll one, as a bearer token.
 */
export const AllowsEnrollment = () => SetMetadata(ALLOWS_ENROLLMENT, true);

/**
 * Challenge tokens of sign-ins that must enroll a second factor, where a route allows them: only while one is demanded of the
 * account and it has none. All other challenge tokens, and other routes, are refused.
 */
@Injectable()
@IsAuthenticationScheme({ order: 150 })
export class EnrollmentScheme implements AuthenticationScheme {
  constructor(
    private readonly reflector: Reflector,
    private readonly database: Database,
    private readonly challenges: SignInChallenges,
    private readonly factors: SecondFactors,
    private readonly users: UsersService,
  ) {}

  authenticate(request: FastifyRequest, context: ExecutionContext): Promise<Caller> | null {
    const token = bearerToken(request);
    return token?.startsWith(PREFIX) === true ? this.callerOf(request, context, token) : null;
  }

  private async callerOf(request: FastifyRequest, context: ExecutionContext, token: string): Promise<Caller> {
    if (this.reflector.get<boolean | undefined>(ALLOWS_ENROLLMENT, context.getHandler()) !== true) throw invalidToken();
    const challenge = await this.challenges.find(token).catch(refuse);
    const user = await this.users.findById(challenge.userId);
    const isCurrent = user?.isActive === true && user.credentialVersion === challenge.credentialVersion;
    const isMeant = isCurrent && challenge.purpose === 'enrollment' && this.factors.isDemanded(user);
    if (!isMeant || (await this.factors.enrolled(this.database, user.id)).length > 0) throw invalidToken();
    const authentication = { methods: challenge.methods, at: challenge.provenAt, level: 'aal1' } as const;
    const identity = { id: user.id, user, sessionId: null, scopes: null, authentication, challengeId: challenge.id };
    return new Caller(identity, request);
  }
}

function refuse(error: unknown): never {
  throw error instanceof DomainError ? invalidToken() : error;
}
