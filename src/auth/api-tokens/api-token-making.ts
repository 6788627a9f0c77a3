import { Injectable } from '@nestjs/common';
import type { Actor } from '../../audit/domain-events';
import { Database } from '../../database/database';
import type { User } from '../../users/user.entity';
import { SecurityNotices } from '../notices/security-notices';
import type { ApiToken } from './api-token.entity';
import { ApiTokensService } from './api-tokens.service';
import type { CreateApiTokenDto } from './dto/create-api-token.dto';

/** Making a token, which its owner is told of: it is a credential. */
@Injectable()
export class ApiTokenMaking {
  constructor(
    private readonly database: Database,
    private readonly tokens: ApiTokensService,
    private readonly notices: SecurityNotices,
  ) {}

  /** @returns the token and its secret, which is kept nowhere; @throws DomainError `validation_failed` for its end */
  make(user: User, wanted: CreateApiTokenDto, actor: Actor): Promise<{ token: ApiToken; secret: string }> {
    return this.database.transaction(async (manager) => {
      await this.notices.tell(manager, 'api-token-created', user, actor.origin);
      return this.tokens.create(manager, user.id, wanted, actor);
    });
  }
}
