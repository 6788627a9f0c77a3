import { Module } from '@nestjs/common';
import { Feature } from '../../../platform/features/feature.decorator';
import { UsersModule } from '../../../users/users.module';
import { knownLink } from '../../links/known-link';
import { LinksModule } from '../../links/links.module';
import { FORGOT, RESET } from '../../rate-limits/policies';
import { RevocationModule } from '../../revocation/revocation.module';
import { PasswordsModule } from '../passwords.module';
import { PasswordChangeService } from './password-change.service';
import { PasswordResetRequestService } from './password-reset-request.service';
import { PasswordResetService } from './password-reset.service';
import { PasswordController } from './password.controller';

declare module '../../../platform/audit/domain-events' {
  interface DomainEventDetails {
    'password.reset-requested': NoDetails;
    'password.reset': NoDetails;
  }
}

/** Change and reset of passwords. */
@Feature({
  name: 'recovery',
  knownBodies: {
    'PUT /auth/password': ({ owner: { password } }) => ({ currentPassword: password, newPassword: password }),
    'POST /auth/password/reset': knownLink('reset-password', ({ owner: { password } }) => ({ password })),
  },
  access: {
    'PUT /auth/password': 'authenticated, step-up',
    'POST /auth/password/forgot': 'public',
    'POST /auth/password/reset': 'public',
  },
  auditEvents: ['password.reset-requested', 'password.reset'],
  rateLimits: [FORGOT, RESET],
})
@Module({
  imports: [UsersModule, PasswordsModule, LinksModule, RevocationModule],
  controllers: [PasswordController],
  providers: [PasswordChangeService, PasswordResetRequestService, PasswordResetService],
  exports: [PasswordChangeService, PasswordResetRequestService, PasswordResetService],
})
export class RecoveryModule {}
