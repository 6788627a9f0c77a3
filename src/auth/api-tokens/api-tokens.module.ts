import { Module } from '@nestjs/common';
import { HOUR_MS } from '../../platform/jobs/job';
import { Scheduler } from '../../platform/jobs/scheduler.service';
import { PersonalData } from '../../users/personal-data.service';
import { UsersModule } from '../../users/users.module';
import { UsersService } from '../../users/users.service';
import { NoticesModule } from '../notices/notices.module';
import { ProofsModule } from '../proofs/proofs.module';
import { SessionsModule } from '../sessions/sessions.module';
import { ApiTokenAuthenticator } from './api-token-authenticator.service';
import { ApiTokenLimits } from './api-token-limits.service';
import { ApiTokensController } from './api-tokens.controller';
import { ApiTokensService } from './api-tokens.service';

/** Tokens for scripts. */
@Module({
  imports: [UsersModule, NoticesModule, ProofsModule, SessionsModule],
  controllers: [ApiTokensController],
  providers: [ApiTokenAuthenticator, ApiTokenLimits, ApiTokensService],
  exports: [ApiTokenAuthenticator, ApiTokensService],
})
export class ApiTokensModule {
  constructor(users: UsersService, personalData: PersonalData, tokens: ApiTokensService, scheduler: Scheduler) {
    users.onDeactivate((tx, userId) => tokens.removeAll(tx, userId));
    personalData.contribute('apiTokens', (userId) => tokens.export(userId));
    scheduler.register({ name: 'purge-api-tokens', everyMs: HOUR_MS, run: () => tokens.purge() });
  }
}
