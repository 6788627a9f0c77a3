import { Module } from '@nestjs/common';
import { AdminModule } from './admin/admin.module';
import { AuditModule } from './audit/audit.module';
import { AuthModule } from './auth/auth.module';
import { CommonModule } from './common/common.module';
import { ConfigModule } from './config/config.module';
import { DatabaseModule } from './database/database.module';
import { HealthModule } from './health/health.module';
import { HttpModule } from './http/http.module';
import { MailModule } from './mail/mail.module';
import { NotesModule } from './notes/notes.module';
import { OwnershipModule } from './ownership/ownership.module';
import { UsersModule } from './users/users.module';

/** The domain: a new module of a team's is one more entry here. */
const domainModules = [NotesModule];

/** Everything, put together. */
@Module({
  imports: [
    CommonModule,
    ConfigModule,
    HttpModule,
    DatabaseModule,
    AuditModule,
    MailModule,
    HealthModule,
    UsersModule,
    OwnershipModule,
    AuthModule,
    AdminModule,
    ...domainModules,
  ],
})
export class AppModule {}
