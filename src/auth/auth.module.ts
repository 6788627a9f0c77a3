import { Module } from '@nestjs/common';
import { Feature } from '../platform/features/feature.decorator';
import { ApiTokensModule } from './api-tokens/api-tokens.module';
import { DevicesModule } from './devices/devices.module';
import { EmailSignInModule } from './email-sign-in/email-sign-in.module';
import { ExternalModule } from './external/external.module';
import { PasskeyLoginModule } from './passkeys/login/passkey-login.module';
import { PasskeyManagementModule } from './passkeys/management/management.module';
import { LoginModule } from './passwords/login/login.module';
import { RecoveryModule } from './passwords/recovery/recovery.module';
import { RegistrationModule } from './passwords/registration/registration.module';
import { RateLimitsModule } from './rate-limits/rate-limits.module';
import { RefusalsModule } from './refusals/refusals.module';
import { SchemesModule } from './schemes/schemes.module';
import { SecondFactorModule } from './second-factor/second-factor.module';
import { SessionsModule } from './sessions/sessions.module';
import { SignInModule } from './sign-in/sign-in.module';

/** Authentication. */
@Feature({
  name: 'auth',
  tags: {
    Auth: 'Register, log in, stay in, log out',
    Sessions: 'Where the caller is logged in',
    'API tokens': 'Limited tokens for scripts',
    Passwords: 'Change, forget, reset',
    'Sign-in with others': 'Google, GitHub, Microsoft, and OpenID Connect issuers',
  },
})
@Module({
  imports: [
    SchemesModule,
    SignInModule,
    EmailSignInModule,
    PasskeyManagementModule,
    PasskeyLoginModule,
    LoginModule,
    RegistrationModule,
    RecoveryModule,
    ExternalModule,
    SessionsModule,
    ApiTokensModule,
    DevicesModule,
    RateLimitsModule,
    RefusalsModule,
    SecondFactorModule,
  ],
})
export class AuthModule {}
