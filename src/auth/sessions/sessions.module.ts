import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { using } from '../../platform/features/provider-call';
import { HOUR_MS } from '../../platform/jobs/job';
import { UsersModule } from '../../users/users.module';
import { ChallengesModule } from '../challenges/challenges.module';
import { FactorsModule } from '../factors/factors.module';
import { NoticesModule } from '../notices/notices.module';
import { TokensModule } from '../tokens/tokens.module';
import { TrustedDevicesModule } from '../trusted-devices/trusted-devices.module';
import { Assurance1763722000000 } from './migrations/1763722000000-assurance';
import { SessionAuthenticator } from './session-authenticator.service';
import { SessionLifetimes } from './session-lifetimes.service';
import { SessionStarter } from './session-starter.service';
import { SessionStore } from './session-store.service';
import { Session } from './session.entity';
import { SessionsController } from './sessions.controller';
import { SessionsService } from './sessions.service';

declare module '../../platform/problems/problem-codes' {
  interface ProblemCodes {
    invalid_refresh_token: true;
  }
}

declare module '../../platform/audit/domain-events' {
  interface DomainEventDetails {
    'session.started': { remembered: boolean; newDevice: boolean };
    /** `sessions` if more than one ended at once. */
    'session.ended': { reason: string; sessions?: number };
    'session.theft-detected': NoDetails;
  }
}

/** Sessions and their authentication. */
@Feature({
  name: 'sessions',
  knownRows: { '/auth/sessions/{id}': async ({ owner }) => (await owner.newSession()).id },
  access: {
    'DELETE /auth/sessions': 'authenticated, step-up',
    'GET /auth/sessions': 'authenticated',
    'DELETE /auth/sessions/:id': 'authenticated, step-up',
  },
  problems: { invalid_refresh_token: { status: 401, title: 'The refresh token is not valid' } },
  auditEvents: ['session.started', 'session.ended', 'session.theft-detected'],
  entities: [Session],
  migrations: [Assurance1763722000000],
  jobs: { 'purge-sessions': { everyMs: HOUR_MS, run: using(SessionStore, (store) => store.purge()) } },
  personalData: { sessions: using(SessionStore, (store, userId) => store.export(userId)) },
  onDeactivation: using(SessionStore, (store, tx, { id }) => store.endAll(tx, id, 'deactivated')),
  // A login that was in progress may have completed after the deactivation.
  onReactivation: using(SessionStore, (store, tx, { id }) => store.endAll(tx, id, 'deactivated')),
})
@Module({
  imports: [UsersModule, TokensModule, NoticesModule, ChallengesModule, FactorsModule, TrustedDevicesModule],
  controllers: [SessionsController],
  providers: [SessionAuthenticator, SessionLifetimes, SessionStarter, SessionStore, SessionsService],
  exports: [SessionAuthenticator, SessionLifetimes, SessionStarter, SessionStore, SessionsService],
})
export class SessionsModule {}
