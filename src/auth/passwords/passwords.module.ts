import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { UsersModule } from '../../users/users.module';
import { NoticesModule } from '../notices/notices.module';
import { HashingModule } from './hashing/hashing.module';
import { PasswordCredential } from './password-credential.entity';
import { PasswordHasher } from './password-hasher.service';
import { PasswordPolicy } from './password-policy.service';
import { PasswordReauthentication } from './password-reauthentication.service';
import { PasswordSignInMethod } from './password-sign-in-method.service';
import { PasswordWriter } from './password-writer.service';
import { PasswordsService } from './passwords.service';

declare module '../../platform/problems/problem-codes' {
  interface ProblemCodes {
    weak_password: true;
  }
}

declare module '../../platform/audit/domain-events' {
  interface DomainEventDetails {
    'password.refused': NoDetails;
    'password.changed': NoDetails;
  }
}

/** Password hashing, policy and reauthentication. */
@Feature({
  name: 'passwords',
  problems: { weak_password: { status: 400, title: 'The password is too easy to guess' } },
  auditEvents: ['password.refused', 'password.changed'],
  entities: [PasswordCredential],
})
@Module({
  imports: [UsersModule, NoticesModule, HashingModule],
  providers: [
    PasswordWriter,
    PasswordHasher,
    PasswordPolicy,
    PasswordReauthentication,
    PasswordSignInMethod,
    PasswordsService,
  ],
  exports: [PasswordReauthentication, PasswordWriter, PasswordsService],
})
export class PasswordsModule {}
