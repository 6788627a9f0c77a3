import { Module } from '@nestjs/common';
import { Feature } from '../../../platform/features/feature.decorator';
import { UsersModule } from '../../../users/users.module';
import { ChallengesModule } from '../../challenges/challenges.module';
import { PASSKEY_LOGIN } from '../../rate-limits/policies';
import { SignInModule } from '../../sign-in/sign-in.module';
import { PasskeysModule } from '../passkeys.module';
import { FactorOptionsController } from './factor-options.controller';
import { PasskeyLoginController } from './passkey-login.controller';
import { PasskeyLogin } from './passkey-login.service';
import { PasskeyQuestions } from './passkey-questions.service';

/** Login by passkey, and the questions for its other uses. */
@Feature({
  name: 'passkey-login',
  access: {
    'POST /auth/passkeys/login': 'public',
    'POST /auth/passkeys/login/options': 'public',
    'POST /auth/second-factor/options': 'public',
    'POST /auth/step-up/options': 'authenticated',
  },
  rateLimits: [PASSKEY_LOGIN],
})
@Module({
  imports: [UsersModule, ChallengesModule, SignInModule, PasskeysModule],
  controllers: [PasskeyLoginController, FactorOptionsController],
  providers: [PasskeyLogin, PasskeyQuestions],
  exports: [PasskeyLogin, PasskeyQuestions],
})
export class PasskeyLoginModule {}
