import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { ApiTokensModule } from '../api-tokens/api-tokens.module';
import { SessionsModule } from '../sessions/sessions.module';
import { JwtAuthGuard } from './jwt-auth.guard';
import { JwtStrategy } from './jwt.strategy';
import { ScopeGuard } from './scope.guard';

/** How a request says who is calling. Guards every route of the application by default. */
@Module({
  imports: [PassportModule, SessionsModule, ApiTokensModule],
  providers: [JwtStrategy, ScopeGuard, { provide: APP_GUARD, useClass: JwtAuthGuard }],
})
export class SchemesModule {}
