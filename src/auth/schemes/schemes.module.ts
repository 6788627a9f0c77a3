import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { UsersModule } from '../../users/users.module';
import { ApiTokensModule } from '../api-tokens/api-tokens.module';
import { ChallengesModule } from '../challenges/challenges.module';
import { FactorsModule } from '../factors/factors.module';
import { SessionsModule } from '../sessions/sessions.module';
import { TokensModule } from '../tokens/tokens.module';
import { AccessTokenScheme } from './access-token.scheme';
import { ApiTokenScheme } from './api-token.scheme';
import { AuthenticationGuard } from './authentication.guard';
import { EnrollmentCallers } from './enrollment-callers.service';
import { EnrollmentScheme } from './enrollment.scheme';
import { JwtStrategy } from './jwt.strategy';
import { ScopeGuard } from './scope.guard';

/** Authentication schemes, and the global guard that uses them. */
@Module({
  imports: [
    ChallengesModule,
    FactorsModule,
    UsersModule,
    DiscoveryModule,
    PassportModule,
    SessionsModule,
    ApiTokensModule,
    TokensModule,
  ],
  providers: [
    AccessTokenScheme,
    ApiTokenScheme,
    EnrollmentCallers,
    EnrollmentScheme,
    JwtStrategy,
    ScopeGuard,
    { provide: APP_GUARD, useClass: AuthenticationGuard },
  ],
  exports: [EnrollmentCallers],
})
export class SchemesModule {}
