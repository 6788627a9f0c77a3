import { type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../platform/problems/domain-error';
import type { Caller } from '../../users/caller';
import { type AuthenticationScheme, IsAuthenticationScheme } from './authentication-scheme';
import { bearerToken, invalidToken } from './bearer';
import { EnrollmentCallers } from './enrollment-callers.service';

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
    private readonly callers: EnrollmentCallers,
  ) {}

  authenticate(request: FastifyRequest, context: ExecutionContext): Promise<Caller> | null {
    const token = bearerToken(request);
    return token?.startsWith(PREFIX) === true ? this.callerOf(request, context, token) : null;
  }

  private async callerOf(request: FastifyRequest, context: ExecutionContext, token: string): Promise<Caller> {
    if (this.reflector.get<boolean | undefined>(ALLOWS_ENROLLMENT, context.getHandler()) !== true) throw invalidToken();
    return this.callers.find(request, token).catch(refuse);
  }
}

function refuse(error: unknown): never {
  throw error instanceof DomainError ? invalidToken() : error;
}
