import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { ApiTokensModule } from '../api-tokens/api-tokens.module';
import { SessionsModule } from '../sessions/sessions.module';
import { TokensModule } from '../tokens/tokens.module';
import { AccessTokenScheme } from './access-token.scheme';
import { ApiTokenScheme } from './api-token.scheme';
import { AuthenticationGuard } from './authentication.guard';
import { JwtStrategy } from './jwt.strategy';
import { ScopeGuard } from './scope.guard';

/** Authentication schemes, and the global guard that uses them. */
@Module({
  imports: [DiscoveryModule, PassportModule, SessionsModule, ApiTokensModule, TokensModule],
  providers: [
    AccessTokenScheme,
    ApiTokenScheme,
    JwtStrategy,
    ScopeGuard,
    { provide: APP_GUARD, useClass: AuthenticationGuard },
  ],
})
export class SchemesModule {}
