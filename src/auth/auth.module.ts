import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { UsersModule } from '../users/users.module';
import { ActivityController } from './activity/activity.controller';
import { ApiTokensModule } from './api-tokens/api-tokens.module';
import { AuthController } from './auth.controller';
import { AuthService } from './auth.service';
import { CredentialsService } from './credentials.service';
import { DevicesModule } from './devices/devices.module';
import { JwtAuthGuard } from './guards/jwt-auth.guard';
import { ScopeGuard } from './guards/scope.guard';
import { Housekeeping } from './housekeeping';
import { ImportsModule } from './imports/imports.module';
import { OneTimeTokensModule } from './one-time-tokens/one-time-tokens.module';
import { PasswordsModule } from './passwords/passwords.module';
import { RecoveryModule } from './recovery.module';
import { RefusalsModule } from './refusals/refusals.module';
import { RegistrationService } from './registration.service';
import { SessionsModule } from './sessions/sessions.module';
import { JwtStrategy } from './strategies/jwt.strategy';
import { LocalStrategy } from './strategies/local.strategy';
import { ThrottlingModule } from './throttling/throttling.module';
import { TokensModule } from './tokens/tokens.module';
import { UnverifiedRegistrations } from './unverified-registrations.service';

/** Who is calling. Guards every route of the application by default. */
@Module({
  imports: [
    PassportModule,
    UsersModule,
    PasswordsModule,
    SessionsModule,
    TokensModule,
    ApiTokensModule,
    OneTimeTokensModule,
    RecoveryModule,
    DevicesModule,
    ImportsModule,
    RefusalsModule,
    ThrottlingModule,
  ],
  controllers: [ActivityController, AuthController],
  providers: [
    AuthService,
    CredentialsService,
    Housekeeping,
    JwtStrategy,
    LocalStrategy,
    RegistrationService,
    ScopeGuard,
    UnverifiedRegistrations,
    { provide: APP_GUARD, useClass: JwtAuthGuard },
  ],
})
export class AuthModule {}
