import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { SessionsModule } from '../../auth/sessions/sessions.module';
import { CookiesModule } from '../cookies/cookies.module';
import { CookieSessions } from './cookie-sessions.service';
import { PendingSignIns } from './pending-sign-ins.service';
import { SessionCookieCodec } from './session-cookie.codec';
import { SessionCookieScheme } from './session-cookie.scheme';
import { SessionCookieStrategy } from './session-cookie.strategy';
import { Visitors } from './visitors.service';

/** How a page knows its visitor. */
@Module({
  imports: [PassportModule, SessionsModule, CookiesModule],
  providers: [CookieSessions, PendingSignIns, SessionCookieCodec, SessionCookieScheme, SessionCookieStrategy, Visitors],
  exports: [CookieSessions, PendingSignIns, Visitors],
})
export class CookieSessionsModule {}
