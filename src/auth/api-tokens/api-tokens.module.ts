import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { using } from '../../platform/features/provider-call';
import { HOUR_MS } from '../../platform/jobs/job';
import { UsersModule } from '../../users/users.module';
import { NoticesModule } from '../notices/notices.module';
import { ProofsModule } from '../proofs/proofs.module';
import { MAKE_TOKEN } from '../rate-limits/policies';
import { SessionsModule } from '../sessions/sessions.module';
import { ApiTokenAuthenticator } from './api-token-authenticator.service';
import { ApiTokenLimits } from './api-token-limits.service';
import { ApiToken } from './api-token.entity';
import { ApiTokensController } from './api-tokens.controller';
import { ApiTokensService } from './api-tokens.service';
import { ApiTokens1763683000000 } from './migrations/1763683000000-api-tokens';

declare module '../../platform/audit/domain-events' {
  interface DomainEventDetails {
    'api-token.created': { scopes: readonly string[]; expiresAt: number };
    'api-token.ended': NoDetails;
  }
}

/** Tokens for scripts. */
@Feature({
  name: 'api-tokens',
  access: {
    'GET /auth/api-tokens': 'authenticated',
    'POST /auth/api-tokens': 'authenticated, step-up',
    'DELETE /auth/api-tokens/:id': 'authenticated, step-up',
  },
  auditEvents: ['api-token.created', 'api-token.ended'],
  rateLimits: [MAKE_TOKEN],
  entities: [ApiToken],
  migrations: [ApiTokens1763683000000],
  jobs: { 'purge-api-tokens': { everyMs: HOUR_MS, run: using(ApiTokensService, (tokens) => tokens.purge()) } },
  personalData: { apiTokens: using(ApiTokensService, (tokens, userId) => tokens.export(userId)) },
  onDeactivation: using(ApiTokensService, (tokens, tx, { id }) => tokens.removeAll(tx, id)),
  // A request that was authenticated before the deactivation may have created one.
  onReactivation: using(ApiTokensService, (tokens, tx, { id }) => tokens.removeAll(tx, id)),
})
@Module({
  imports: [UsersModule, NoticesModule, ProofsModule, SessionsModule],
  controllers: [ApiTokensController],
  providers: [ApiTokenAuthenticator, ApiTokenLimits, ApiTokensService],
  exports: [ApiTokenAuthenticator, ApiTokensService],
})
export class ApiTokensModule {}
