import { Module } from '@nestjs/common';
import { AccountsModule } from './accounts/accounts.module';
import { AuthModule } from './auth/auth.module';
import { NotesModule } from './notes/notes.module';
import { OwnershipModule } from './ownership/ownership.module';
import { AuditModule } from './platform/audit/audit.module';
import { ConfigModule } from './platform/config/config.module';
import { DatabaseModule } from './platform/database/database.module';
import { FeaturesModule } from './platform/features/features.module';
import { HealthModule } from './platform/health/health.module';
import { HttpModule } from './platform/http/http.module';
import { JobsModule } from './platform/jobs/jobs.module';
import { KernelModule } from './platform/kernel/kernel.module';
import { LoggingModule } from './platform/logging/logging.module';
import { MailModule } from './platform/mail/mail.module';
import { ProblemsModule } from './platform/problems/problems.module';
import { UsersModule } from './users/users.module';
import { WebModule } from './web/web.module';

/** The domain modules: add new ones here. */
const domainModules = [NotesModule];

/** The root module. */
@Module({
  imports: [
    KernelModule,
    FeaturesModule,
    ProblemsModule,
    ConfigModule,
    LoggingModule,
    JobsModule,
    HttpModule,
    DatabaseModule,
    AuditModule,
    MailModule,
    UsersModule,
    OwnershipModule,
    AuthModule,
    AccountsModule,
    ...domainModules,
    WebModule,
    HealthModule,
  ],
})
export class AppModule {}
