import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { Strategy } from 'passport';
import { invalidToken } from '../../auth/schemes/bearer';
import { Caller } from '../../users/caller';
import { CookieSessions } from './cookie-sessions.service';
import type { SessionCookieContent } from './session-cookie.codec';

type Done = (error: unknown, user?: Caller) => void;

/** Hands a request to a function that finds its account; passport has strategies for everything but a cookie of one's own. */
class RequestStrategy extends Strategy {
  override readonly name = 'session-cookie';

  constructor(private readonly verify: (request: object, done: Done) => void) {
    super();
  }

  override authenticate(request: object): void {
    this.verify(request, (error, user) => {
      if (user) this.success(user);
      else this.error(error);
    });
  }
}

/** Cookies whose signature is remembered as checked. */
const MAX_VERIFIED = 10_000;

/** Accounts by the session cookie of a page. */
@Injectable()
export class SessionCookieStrategy extends PassportStrategy(RequestStrategy) {
  private readonly verified = new LRUCache<string, SessionCookieContent>({ max: MAX_VERIFIED });

  constructor(private readonly sessions: CookieSessions) {
    super();
  }

  /** Who stands behind a cookie whose signature was checked before. @returns null for one that is seen for the first time */
  recognize(request: FastifyRequest, token: string): Promise<Caller> | null {
    const content = this.verified.get(token);
    return content ? this.callerOf(request, content) : null;
  }

  /** Called by passport. @throws DomainError `invalid_token` */
  async validate(request: FastifyRequest): Promise<Caller> {
    const token = this.sessions.tokenOf(request) ?? '';
    const content = this.sessions.read(token);
    if (!content) throw invalidToken();
    const caller = await this.callerOf(request, content);
    this.verified.set(token, content);
    return caller;
  }

  private async callerOf(request: FastifyRequest, content: SessionCookieContent): Promise<Caller> {
    const live = await this.sessions.find(request, content);
    if (!live) throw invalidToken();
    return new Caller(live.identity, request);
  }
}
