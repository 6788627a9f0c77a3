import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/audit/domain-events';
import { DomainError } from '../../platform/problems/domain-error';
import { UsersService } from '../../users/users.service';
import { SecurityNotices } from '../notices/security-notices.service';
import { Reauthentication } from '../passwords/reauthentication.service';
import { SessionStore } from '../sessions/session-store.service';
import type { ApiToken } from './api-token.entity';
import { ApiTokensService } from './api-tokens.service';
import type { CreateApiTokenDto } from './dto/create-api-token.dto';

/** Whose session makes a token. */
export interface TokenMaker {
  id: string;
  sessionId: string;
}

/** Making a token, which its owner is told of: it is a credential. */
@Injectable()
export class ApiTokenIssuer {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionStore,
    private readonly tokens: ApiTokensService,
    private readonly notices: SecurityNotices,
    private readonly reauthentication: Reauthentication,
  ) {}

  /**
   * Makes a token, unless what ends every token has just ended the session too.
   * @returns the token and its secret, which is kept nowhere
   * @throws DomainError `invalid_credentials` when the password is wrong; `validation_failed` for its end,
   * `invalid_token` when the session has just ended
   */
  async make({ id, sessionId }: TokenMaker, wanted: CreateApiTokenDto, actor: Actor): Promise<Made> {
    const hash = await this.reauthentication.prove(id, wanted.password, actor);
    return this.users.withLockedUser(id, async ({ manager }, user) => {
      await this.reauthentication.assertStill(manager, id, hash);
      if (!(await this.sessions.isLive(manager, sessionId))) {
        throw new DomainError('invalid_token', 'The session of the access token has ended.');
      }
      await this.notices.tell(manager, 'api-token-created', user, actor);
      return this.tokens.create(manager, id, wanted, actor);
    });
  }
}

interface Made {
  token: ApiToken;
  secret: string;
}
