import { Module } from '@nestjs/common';
import { PasswordHasher } from './password-hasher';
import { PasswordsService } from './passwords.service';

/** What proves knowledge of a password. */
@Module({ providers: [PasswordHasher, PasswordsService], exports: [PasswordsService] })
export class PasswordsModule {}
