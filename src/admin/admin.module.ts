import { Module } from '@nestjs/common';
import { OneTimeTokensModule } from '../auth/one-time-tokens/one-time-tokens.module';
import { SessionsModule } from '../auth/sessions/sessions.module';
import { UsersModule } from '../users/users.module';
import { AuditEventsController } from './audit-events.controller';
import { UserAdministrationController } from './user-administration.controller';
import { UserAdministration } from './user-administration.service';

/** What administrators may do: to accounts of others, and reading the audit trail. */
@Module({
  imports: [UsersModule, SessionsModule, OneTimeTokensModule],
  controllers: [AuditEventsController, UserAdministrationController],
  providers: [UserAdministration],
})
export class AdminModule {}
