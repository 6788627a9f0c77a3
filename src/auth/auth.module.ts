import { Module } from '@nestjs/common';
import { ApiTokensModule } from './api-tokens/api-tokens.module';
import { DevicesModule } from './devices/devices.module';
import { LoginModule } from './login/login.module';
import { RateLimitsModule } from './rate-limits/rate-limits.module';
import { RecoveryModule } from './recovery/recovery.module';
import { RefusalsModule } from './refusals/refusals.module';
import { SchemesModule } from './schemes/schemes.module';
import { SessionsModule } from './sessions/sessions.module';

/** Who is calling. */
@Module({
  imports: [
    SchemesModule,
    LoginModule,
    RecoveryModule,
    SessionsModule,
    ApiTokensModule,
    DevicesModule,
    RateLimitsModule,
    RefusalsModule,
  ],
})
export class AuthModule {}
