import { Injectable } from '@nestjs/common';
import { type EntityManager, LessThanOrEqual, MoreThan } from 'typeorm';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import type { Actor } from '../../platform/audit/domain-events';
import { Database } from '../../platform/database/database';
import { Clock } from '../../platform/kernel/clock';
import { newId } from '../../platform/kernel/ids';
import type { Page } from '../../platform/pagination/page';
import type { PageQueryDto } from '../../platform/pagination/page-query.dto';
import { ApiTokenAuthenticator } from './api-token-authenticator.service';
import { ApiTokenLimits } from './api-token-limits.service';
import { ApiToken } from './api-token.entity';
import { hashApiTokenSecret, newApiTokenSecret } from './api-token.secret';
import { ApiTokenDto } from './dto/api-token.dto';
import type { CreateApiTokenDto } from './dto/create-api-token.dto';

/** API tokens of one user at a time: making, listing and ending them. */
@Injectable()
export class ApiTokensService {
  private readonly liveTokens;

  constructor(
    private readonly database: Database,
    private readonly holders: ApiTokenAuthenticator,
    private readonly limits: ApiTokenLimits,
    private readonly clock: Clock,
    private readonly audit: AuditWriter,
  ) {
    this.liveTokens = database.list(ApiToken, {
      name: 'api-tokens',
      where: '"userId" = $1 AND "expiresAt" > $2',
      order: ['createdAt', 'id'],
    });
  }

  /**
   * Makes a token, within the caller's transaction, which holds the account.
   * @returns its secret too, which is kept nowhere
   * @throws DomainError `validation_failed` for its end, `quota_exceeded` when the user has as many as they may
   */
  async create(
    manager: EntityManager,
    userId: string,
    { name, scopes, expiresAt }: CreateApiTokenDto,
    actor: Actor,
  ): Promise<{ token: ApiToken; secret: string }> {
    const secret = newApiTokenSecret();
    const now = this.clock.now();
    await manager.delete(ApiToken, { userId, expiresAt: LessThanOrEqual(now) });
    await this.limits.assertRoom(manager, userId);
    const token = Object.assign(new ApiToken(), {
      id: newId(),
      userId,
      name,
      scopes,
      tokenHash: hashApiTokenSecret(secret),
      createdAt: now,
      expiresAt: this.limits.endOf(expiresAt, now),
      lastUsedAt: null,
    });
    await this.database.insert(ApiToken, token, manager);
    const details = { scopes, expiresAt: token.expiresAt };
    this.audit.record(manager, { type: 'api-token.created', actor, accountId: userId, targetId: token.id, details });
    return { token, secret };
  }

  /** The user's tokens that have not expired, newest first. */
  list(userId: string, query: PageQueryDto): Promise<Page<ApiToken>> {
    return this.liveTokens([userId, this.clock.now()], query);
  }

  /** Ends a token; it is refused from the next request on. @returns false when the user has no such token */
  remove(userId: string, id: string, actor: Actor): Promise<boolean> {
    return this.database.transaction(async ({ manager }) => {
      const { affected } = await manager.delete(ApiToken, { id, userId });
      if (affected !== 1) return false;
      this.audit.record(manager, { type: 'api-token.ended', actor, accountId: userId, targetId: id, details: {} });
      this.database.afterCommit(manager, () => this.holders.forgetUser(userId));
      return true;
    });
  }

  /** Ends all of the user's tokens, within the caller's transaction. @returns how many still worked */
  async removeAll(manager: EntityManager, userId: string): Promise<number> {
    const live = await this.count(manager, userId);
    await manager.delete(ApiToken, { userId });
    this.database.afterCommit(manager, () => this.holders.forgetUser(userId));
    return live;
  }

  /** How many tokens of the user work, in the caller's transaction. */
  count(manager: EntityManager, userId: string): Promise<number> {
    return manager.countBy(ApiToken, { userId, expiresAt: MoreThan(this.clock.now()) });
  }

  /** All of the user's tokens, without their secrets. */
  async *export(userId: string): AsyncGenerator<object[]> {
    const tokens = await this.database.select(ApiToken, '"userId" = $1 ORDER BY "createdAt", "id"', [userId]);
    yield tokens.map(ApiTokenDto.from);
  }
}
