import { Module } from '@nestjs/common';
import { UsersModule } from '../../users/users.module';
import { UsersService } from '../../users/users.service';
import { TokensModule } from '../tokens/tokens.module';
import { Principals } from './principals';
import { SessionLifetimes } from './session-lifetimes';
import { SessionsController } from './sessions.controller';
import { SessionsService } from './sessions.service';

/** Sessions and who stands behind them. */
@Module({
  imports: [UsersModule, TokensModule],
  controllers: [SessionsController],
  providers: [Principals, SessionLifetimes, SessionsService],
  exports: [Principals, SessionsService],
})
export class SessionsModule {
  constructor(users: UsersService, sessions: SessionsService) {
    users.onDeactivate((manager, userId) => sessions.endAll(manager, userId, 'deactivated'));
  }
}
