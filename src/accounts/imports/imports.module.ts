import { Module } from '@nestjs/common';
import { PasswordsModule } from '../../auth/passwords/passwords.module';
import { Feature } from '../../platform/features/feature.decorator';
import { UsersModule } from '../../users/users.module';
import { ImportLineValidator } from './import-line-validator.service';
import { UserImports1763694000000 } from './migrations/1763694000000-user-imports';
import { UserImport } from './user-import.entity';
import { UserImporter } from './user-importer.service';

declare module '../../platform/audit/domain-events' {
  interface DomainEventDetails {
    /** One per batch, without an account. */
    'user.imported': { users: number };
  }
}

/** Imports accounts of other systems. */
@Feature({
  name: 'imports',
  auditEvents: ['user.imported'],
  entities: [UserImport],
  migrations: [UserImports1763694000000],
})
@Module({
  imports: [PasswordsModule, UsersModule],
  providers: [ImportLineValidator, UserImporter],
  exports: [UserImporter],
})
export class ImportsModule {}
