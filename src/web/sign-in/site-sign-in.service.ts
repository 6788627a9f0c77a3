import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DeviceTokens } from '../../auth/devices/device-tokens.service';
import { EnrollmentCallers } from '../../auth/schemes/enrollment-callers.service';
import type { SignedIn, SignInOutcome } from '../../auth/sign-in/sign-in.service';
import { DomainError } from '../../platform/problems/domain-error';
import type { Caller } from '../../users/caller';
import type { FlashMessage } from '../cookies/flash-messages.service';
import { loginPath, sitePath } from '../pages/site-path';
import { Redirect } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { CookieSessions } from '../sessions/cookie-sessions.service';
import { PendingSignIns } from '../sessions/pending-sign-ins.service';
import { isSignedIn } from './is-signed-in';

/** From what a sign-in in a browser came to, to the next page. */
@Injectable()
export class SiteSignIn {
  constructor(
    private readonly sessions: CookieSessions,
    private readonly devices: DeviceTokens,
    private readonly pending: PendingSignIns,
    private readonly enrolling: EnrollmentCallers,
  ) {}

  /**
   * Continues with a session, or asks for a second factor first.
   * @param next as the visitor sent it @param flash what is shown with a session
   */
  async goOn(reply: FastifyReply, outcome: SignInOutcome, next: string, flash?: FlashMessage): Promise<Redirect> {
    const path = sitePath(next) ?? '/';
    if (!outcome.grant) return this.pending.begin(reply, outcome.challenge, path);
    await this.begin(reply, outcome);
    return new Redirect(path, flash);
  }

  /** Has the browser hold the session of an account that has just signed in, and be a known device of it. */
  async begin(reply: FastifyReply, { user, grant }: SignedIn): Promise<void> {
    await this.sessions.begin(reply, grant.session);
    this.devices.give(reply.request, reply, user);
    this.pending.end(reply);
  }

  /**
   * Continues the sign-in that waits in the browser; without one that is still valid, back to the login.
   * @param next as the visitor sent it
   */
  async continue<T>(
    request: FastifyRequest,
    reply: FastifyReply,
    next: string,
    work: (challengeToken: string) => Promise<T>,
  ): Promise<T | Redirect> {
    const token = this.pending.tokenOf(request) ?? '';
    try {
      if (token !== '') return await work(token);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid_challenge') throw error;
      request.problem = error;
    }
    this.pending.end(reply);
    return new Redirect(loginPath(sitePath(next) ?? '/'), { category: 'warning', text: TEXTS.signInExpired });
  }

  /**
   * Continues a sign-in that has to set up a second factor; nowhere but to `next` for a visitor who is signed in.
   * @param next as the visitor sent it
   */
  async enroll<T>(
    request: FastifyRequest,
    reply: FastifyReply,
    next: string,
    work: (caller: Caller, challengeToken: string) => Promise<T>,
  ): Promise<T | Redirect> {
    if (isSignedIn(request)) return new Redirect(sitePath(next) ?? '/');
    return this.continue(request, reply, next, async (token) => work(await this.enrolling.find(request, token), token));
  }
}
