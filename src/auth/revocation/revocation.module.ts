import { Module } from '@nestjs/common';
import { UsersModule } from '../../users/users.module';
import { ApiTokensModule } from '../api-tokens/api-tokens.module';
import { LinksModule } from '../links/links.module';
import { SessionsModule } from '../sessions/sessions.module';
import { AccessRevoker } from './access-revoker.service';

/** Revokes everything that gives access to an account. */
@Module({
  imports: [UsersModule, SessionsModule, ApiTokensModule, LinksModule],
  providers: [AccessRevoker],
  exports: [AccessRevoker],
})
export class RevocationModule {}
