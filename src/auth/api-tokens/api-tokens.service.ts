import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock';
import { newId } from '../../common/ids';
import type { Page } from '../../common/pagination/page';
import type { PageQueryDto } from '../../common/pagination/page-query.dto';
import { validationFailed } from '../../common/validation/validation.pipe';
import { AuthConfig } from '../../config/auth.config';
import { Database } from '../../database/database';
import { ApiTokenHolders } from './api-token-holders';
import { ApiToken } from './api-token.entity';
import { hashApiTokenSecret, newApiTokenSecret } from './api-token.secret';
import type { CreateApiTokenDto } from './dto/create-api-token.dto';

/** API tokens of one user at a time: making, listing and ending them. */
@Injectable()
export class ApiTokensService {
  private readonly liveTokens;

  constructor(
    private readonly database: Database,
    private readonly holders: ApiTokenHolders,
    private readonly config: AuthConfig,
    private readonly clock: Clock,
  ) {
    this.liveTokens = database.list(ApiToken, {
      name: 'api-tokens',
      where: '"userId" = $1 AND "expiresAt" > $2',
      order: ['createdAt', 'id'],
    });
  }

  /** Makes a token. @returns its secret too, which is kept nowhere; @throws DomainError `validation_failed` for its end */
  async create(
    userId: string,
    { name, scopes, expiresAt }: CreateApiTokenDto,
  ): Promise<{ token: ApiToken; secret: string }> {
    const secret = newApiTokenSecret();
    const now = this.clock.now();
    const token = Object.assign(new ApiToken(), {
      id: newId(),
      userId,
      name,
      scopes,
      tokenHash: hashApiTokenSecret(secret),
      createdAt: now,
      expiresAt: this.endOf(expiresAt, now),
      lastUsedAt: null,
    });
    await this.database.insert(ApiToken, token);
    return { token, secret };
  }

  /** The user's tokens that have not expired, newest first. */
  list(userId: string, query: PageQueryDto): Promise<Page<ApiToken>> {
    return this.liveTokens([userId, this.clock.now()], query);
  }

  /** Ends a token; it is refused from the next request on. @returns false when the user has no such token */
  async remove(userId: string, id: string): Promise<boolean> {
    const { affected } = await this.database.manager.delete(ApiToken, { id, userId });
    this.holders.forgetUser(userId);
    return affected === 1;
  }

  private endOf(asked: string | undefined, now: number): number {
    if (asked === undefined) return now + this.config.apiTokenTtl * 1000;
    const end = Date.parse(asked);
    if (!(end > now)) throw validationFailed([{ pointer: '/expiresAt', message: 'must be in the future' }]);
    const most = now + this.config.apiTokenMaxTtl * 1000;
    if (end > most) {
      const days = Math.floor(this.config.apiTokenMaxTtl / 86_400);
      throw validationFailed([{ pointer: '/expiresAt', message: `must be within ${days} days` }]);
    }
    return end;
  }
}
