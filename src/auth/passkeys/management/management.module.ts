import { Module } from '@nestjs/common';
import { Feature } from '../../../platform/features/feature.decorator';
import { UsersModule } from '../../../users/users.module';
import { ADD_PASSKEY } from '../../rate-limits/policies';
import { SignInModule } from '../../sign-in/sign-in.module';
import { PasskeysModule } from '../passkeys.module';
import { PasskeyOwnership } from './passkey-ownership.rule';
import { PasskeyRegistration } from './passkey-registration.service';
import { PasskeysController } from './passkeys.controller';

/** Adds, renames and removes passkeys. */
@Feature({
  name: 'passkey-management',
  access: {
    'GET /auth/passkeys': 'authenticated',
    'POST /auth/passkeys': 'authenticated, step-up',
    'POST /auth/passkeys/options': 'authenticated, step-up',
    'PATCH /auth/passkeys/:id': 'PasskeyOwnership',
    'DELETE /auth/passkeys/:id': 'PasskeyOwnership, step-up',
  },
  rateLimits: [ADD_PASSKEY],
})
@Module({
  imports: [UsersModule, SignInModule, PasskeysModule],
  controllers: [PasskeysController],
  providers: [PasskeyOwnership, PasskeyRegistration],
  exports: [PasskeyRegistration],
})
export class PasskeyManagementModule {}
