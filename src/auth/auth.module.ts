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
  // In the order of Swagger UI, where a newcomer begins with the first.
  tags: {
    Auth: 'Register, log in, refresh, log out',
    Passwords: 'Change, forget, reset',
    Passkeys: 'Log in with passkeys; add, rename, remove them',
    'Second factors': 'Authenticator apps, recovery codes and trusted devices, and the second step of a login',
    'Sign-in with other providers': 'Google, GitHub, Microsoft, and OpenID Connect issuers',
    Sessions: 'Where the caller is logged in',
    'API tokens': 'Limited tokens for scripts',
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
