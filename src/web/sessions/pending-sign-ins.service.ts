import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CHALLENGE_TTL } from '../../auth/challenges/sign-in-challenges.service';
import type { Challenged } from '../../auth/sign-in/sign-in.service';
import { Cookies } from '../cookies/cookies.service';
import { Redirect } from '../rendering/page-answer';

const COOKIE = 'latchkey-challenge';
const MAILED_COOKIE = 'latchkey-mailed';

/** How long a browser holds the token of a mailed code, in seconds: the mail may take its time. */
const MAILED_TTL = 3600;

/** Sign-ins in a browser that still need a second factor, or a mailed code: cookies hold their challenge tokens. */
@Injectable()
export class PendingSignIns {
  constructor(private readonly cookies: Cookies) {}

  /** Has the browser hold a challenge, and go to the page that asks for the factor. @param next a path of the site */
  begin(reply: FastifyReply, { token, purpose }: Challenged['challenge'], next: string): Redirect {
    this.cookies.set(reply, COOKIE, token, CHALLENGE_TTL);
    const page = purpose === 'enrollment' ? '/login/enroll' : '/login/second-factor';
    return new Redirect(next === '/' ? page : `${page}?next=${encodeURIComponent(next)}`);
  }

  /** The challenge token that the browser holds. */
  tokenOf(request: FastifyRequest): string | undefined {
    return this.cookies.get(request, COOKIE);
  }

  /** Has the browser forget the challenge. */
  end(reply: FastifyReply): void {
    this.cookies.clear(reply, COOKIE);
  }

  /** Has the browser hold the challenge token of a mailed code. */
  holdMailed(reply: FastifyReply, token: string): void {
    this.cookies.set(reply, MAILED_COOKIE, token, MAILED_TTL);
  }

  /** The challenge token of a mailed code that the browser holds; empty for none. */
  mailedOf(request: FastifyRequest): string {
    return this.cookies.get(request, MAILED_COOKIE) ?? '';
  }

  /** Has the browser forget the challenge token of a mailed code. */
  endMailed(reply: FastifyReply): void {
    this.cookies.clear(reply, MAILED_COOKIE);
  }
}
