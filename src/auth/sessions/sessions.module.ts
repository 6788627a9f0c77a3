import { Module } from '@nestjs/common';
import { HOUR_MS } from '../../platform/jobs/job';
import { Scheduler } from '../../platform/jobs/scheduler.service';
import { PersonalData } from '../../users/personal-data.service';
import { UsersModule } from '../../users/users.module';
import { UsersService } from '../../users/users.service';
import { NoticesModule } from '../notices/notices.module';
import { TokensModule } from '../tokens/tokens.module';
import { SessionAuthenticator } from './session-authenticator.service';
import { SessionLifetimes } from './session-lifetimes.service';
import { SessionStarts } from './session-starts.service';
import { SessionStore } from './session-store.service';
import { SessionsController } from './sessions.controller';
import { SessionsService } from './sessions.service';

/** Sessions and who stands behind them. */
@Module({
  imports: [UsersModule, TokensModule, NoticesModule],
  controllers: [SessionsController],
  providers: [SessionAuthenticator, SessionLifetimes, SessionStarts, SessionStore, SessionsService],
  exports: [SessionAuthenticator, SessionStarts, SessionStore, SessionsService],
})
export class SessionsModule {
  constructor(users: UsersService, store: SessionStore, personalData: PersonalData, scheduler: Scheduler) {
    users.onDeactivate((tx, userId) => store.endAll(tx, userId, 'deactivated'));
    personalData.contribute('sessions', (userId) => store.export(userId));
    scheduler.register({ name: 'purge-sessions', everyMs: HOUR_MS, run: () => store.purge() });
  }
}
