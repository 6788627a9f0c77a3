import { Module } from '@nestjs/common';
import { PersonalData } from '../../users/personal-data';
import { UsersModule } from '../../users/users.module';
import { UsersService } from '../../users/users.service';
import { NoticesModule } from '../notices/notices.module';
import { TokensModule } from '../tokens/tokens.module';
import { Principals } from './principals';
import { SessionLifetimes } from './session-lifetimes';
import { SessionStarts } from './session-starts';
import { SessionStore } from './session-store';
import { SessionsController } from './sessions.controller';
import { SessionsService } from './sessions.service';

/** Sessions and who stands behind them. */
@Module({
  imports: [UsersModule, TokensModule, NoticesModule],
  controllers: [SessionsController],
  providers: [Principals, SessionLifetimes, SessionStarts, SessionStore, SessionsService],
  exports: [Principals, SessionStarts, SessionStore, SessionsService],
})
export class SessionsModule {
  constructor(users: UsersService, store: SessionStore, personalData: PersonalData) {
    users.onDeactivate((manager, userId) => store.endAll(manager, userId, 'deactivated'));
    personalData.contribute('sessions', (userId) => store.export(userId));
  }
}
