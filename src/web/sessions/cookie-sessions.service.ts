import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deviceName } from '../../auth/notices/device-name';
import { type LiveSession, SessionAuthenticator } from '../../auth/sessions/session-authenticator.service';
import { SessionLifetimes } from '../../auth/sessions/session-lifetimes.service';
import { SessionStore } from '../../auth/sessions/session-store.service';
import type { Session } from '../../auth/sessions/session.entity';
import { SiteConfig } from '../../platform/config/site.config';
import { clientInfoOf } from '../../platform/http/client/client-info';
import { Clock } from '../../platform/kernel/clock.service';
import { type Caller, sessionOf, userActor } from '../../users/caller';
import { Cookies } from '../cookies/cookies.service';
import { SessionCookieCodec, type SessionCookieContent } from './session-cookie.codec';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether the session cookie was sent by another browser than the one that logged in, where that is looked at. */
    isOtherBrowser?: boolean;
  }
}

const COOKIE = 'latchkey-session';

/** Sessions of people in a browser: the same rows as the API's, held by a cookie instead of tokens. */
@Injectable()
export class CookieSessions {
  constructor(
    private readonly cookies: Cookies,
    private readonly codec: SessionCookieCodec,
    private readonly authenticator: SessionAuthenticator,
    private readonly store: SessionStore,
    private readonly lifetimes: SessionLifetimes,
    private readonly clock: Clock,
    private readonly config: SiteConfig,
  ) {}

  /** The token that the browser sent. */
  tokenOf(request: FastifyRequest): string | undefined {
    return this.cookies.get(request, COOKIE);
  }

  /** What a token says. @returns null unless it was made here */
  read(token: string): SessionCookieContent | null {
    return this.codec.decode(token);
  }

  /** Gives the caller's session another token, after a change of what it may do (ASVS 7.2.4). The one before is refused. */
  async renew(reply: FastifyReply, caller: Caller): Promise<void> {
    const session = await this.store.find(sessionOf(caller));
    const next = session && { rotation: session.rotation + 1, recentRotations: [] };
    if (session && (await this.store.rotate(session, next ?? {}))) this.hold(reply, Object.assign(session, next));
  }

  /** Has the browser hold a session that has just begun in place of the one before, which ends (ASVS 7.2.4). */
  async begin(reply: FastifyReply, session: Session): Promise<void> {
    await this.endHeld(reply.request);
    this.hold(reply, session);
  }

  /** Has the browser hold a session: a remembered one until its end, another until the browser is closed. */
  hold(reply: FastifyReply, session: Session): void {
    const { id: sessionId, userId, rotation, remembered, expiresAt } = session;
    const maxAge = remembered ? Math.max(0, Math.floor((expiresAt - this.clock.now()) / 1000)) : undefined;
    this.cookies.set(reply, COOKIE, this.codec.encode({ sessionId, userId, rotation }), maxAge);
  }

  /** Ends the session that the browser holds, if any, and has it forget the cookie. */
  async end(reply: FastifyReply): Promise<void> {
    await this.endHeld(reply.request);
    this.cookies.clear(reply, COOKIE);
  }

  /**
   * The live session of a cookie, whose use is noted. Another browser's is treated as `SESSION_PROTECTION` says: `strong`
   * ends the session, `basic` marks the request.
   * @returns null when the session ended, or has another token by now
   */
  async find(
    request: FastifyRequest,
    { sessionId, userId, rotation }: SessionCookieContent,
  ): Promise<LiveSession | null> {
    const live = await this.authenticator.findLive(sessionId, userId);
    if (live?.session.rotation !== rotation) return null;
    const client = clientInfoOf(request);
    if (this.config.sessionProtection !== 'off' && isOther(client.userAgent, live.session.userAgent)) {
      request.isOtherBrowser = true;
      if (this.config.sessionProtection === 'strong') {
        await this.store.end(userActor(userId, client), live.session, 'theft');
        return null;
      }
    }
    if (this.lifetimes.isUseDue(live.session, this.clock.now())) await this.store.noteUse(live.session);
    return live;
  }

  private async endHeld(request: FastifyRequest): Promise<void> {
    const held = this.read(this.tokenOf(request) ?? '');
    if (held) {
      const actor = userActor(held.userId, clientInfoOf(request));
      await this.store.end(actor, { id: held.sessionId, userId: held.userId }, 'logout');
    }
  }
}

/** Whether it is another browser, or one on another system. A new version of the same is not. */
const isOther = (now: string | null, before: string | null): boolean =>
  now !== before && deviceName(now ?? '') !== deviceName(before ?? '');
