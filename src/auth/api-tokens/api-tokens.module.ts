import { Module } from '@nestjs/common';
import { UsersModule } from '../../users/users.module';
import { ApiTokenHolders } from './api-token-holders';
import { ApiTokensController } from './api-tokens.controller';
import { ApiTokensService } from './api-tokens.service';

/** Tokens for scripts. */
@Module({
  imports: [UsersModule],
  controllers: [ApiTokensController],
  providers: [ApiTokenHolders, ApiTokensService],
  exports: [ApiTokenHolders],
})
export class ApiTokensModule {}
