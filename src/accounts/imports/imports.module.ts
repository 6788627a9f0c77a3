import { Module } from '@nestjs/common';
import { PasswordsModule } from '../../auth/passwords/passwords.module';
import { ImportedLines } from './imported-lines.service';
import { UserImports } from './user-imports.service';

/** Accounts of other systems. */
@Module({ imports: [PasswordsModule], providers: [ImportedLines, UserImports], exports: [UserImports] })
export class ImportsModule {}
