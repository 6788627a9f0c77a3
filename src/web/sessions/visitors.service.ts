import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Caller } from '../../users/caller';
import { CookieSessions } from './cookie-sessions.service';

/** Who asks for a page, where a request is refused before its guards have found that out. */
@Injectable()
export class Visitors {
  constructor(private readonly sessions: CookieSessions) {}

  /** Whether the browser holds a session cookie and nothing has looked behind it yet. */
  isUnknown(request: FastifyRequest): boolean {
    return !request.user && this.sessions.read(this.sessions.tokenOf(request) ?? '') !== null;
  }

  /** Finds the account behind the cookie. Never fails: a visitor who cannot be found is an anonymous one. */
  async recognize(request: FastifyRequest): Promise<void> {
    const content = this.sessions.read(this.sessions.tokenOf(request) ?? '');
    if (!content) return;
    // The request was refused already; that its visitor cannot be looked up must not turn that into another refusal.
    const live = await this.sessions.find(request, content).catch(() => null);
    if (live) request.user = new Caller(live.identity, request);
  }
}
