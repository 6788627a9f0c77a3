import { Injectable } from '@nestjs/common';
import { LessThan, LessThanOrEqual, MoreThan } from 'typeorm';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import { Database } from '../../platform/database/database.service';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import { newId } from '../../platform/kernel/ids';
import type { Page } from '../../platform/pagination/page';
import type { PageQueryDto } from '../../platform/pagination/page-query.dto';
import { DomainError } from '../../platform/problems/domain-error';
import { type Caller, sessionOf } from '../../users/caller';
import { SecurityNotices } from '../notices/security-notices.service';
import { Reauthentication } from '../proofs/reauthentication.service';
import { SessionStore } from '../sessions/session-store.service';
import { ApiTokenAuthenticator } from './api-token-authenticator.service';
import { ApiTokenLimits } from './api-token-limits.service';
import { ApiToken } from './api-token.entity';
import { hashApiTokenSecret, newApiTokenSecret } from './api-token.secret';
import { ApiTokenDto } from './dto/api-token.dto';
import type { CreateApiTokenDto } from './dto/create-api-token.dto';

/** A new token and its secret, which is not stored. */
export interface CreatedApiToken {
  token: ApiToken;
  secret: string;
}

const noSuchToken = () => new DomainError('not_found', 'You have no API token with this id.');

const alreadyCreated = () =>
  new DomainError(
    'conflict',
    'This token was already created, and its secret was shown once. If you do not have it, revoke the token and create another one.',
  );

/** Creates, lists and revokes the API tokens of a user. */
@Injectable()
export class ApiTokensService {
  private readonly liveTokens;

  constructor(
    private readonly database: Database,
    private readonly authenticator: ApiTokenAuthenticator,
    private readonly limits: ApiTokenLimits,
    private readonly clock: Clock,
    private readonly audit: AuditWriter,
    private readonly reauthentication: Reauthentication,
    private readonly sessions: SessionStore,
    private readonly notices: SecurityNotices,
  ) {
    this.liveTokens = database.list(ApiToken, {
      name: 'api-tokens',
      where: '"userId" = $1 AND "expiresAt" > $2',
      order: ['createdAt', 'id'],
    });
  }

  /**
   * Creates a token for a script and notifies the owner, because it is a credential. Refused if the session was ended
   * in the meantime, for example by a change that revokes all tokens.
   * @returns the token and its secret, which is not stored
   * @throws DomainError `invalid_credentials` when the password is wrong; `validation_failed` for its expiry,
   * `quota_exceeded`, `invalid_token` when the session has just ended, `conflict` when there is a token with this id
   * @param id chosen in advance, so that a request sent twice creates one token; generated if omitted
   */
  create(caller: Caller, { password, ...wanted }: CreateApiTokenDto, id?: string): Promise<CreatedApiToken> {
    return this.reauthentication.run(caller, { password }, async (tx, user) => {
      if (!(await this.sessions.isLive(tx, sessionOf(caller)))) {
        throw new DomainError('invalid_token', 'The session of the access token has ended.');
      }
      if (id !== undefined && (await tx.exists(ApiToken, '"id" = $1', [id]))) throw alreadyCreated();
      await this.notices.notify(tx, 'api-token-created', user, caller);
      return this.insert(caller, tx, { id: id ?? newId(), ...wanted });
    });
  }

  /** The caller's tokens that have not expired, newest first. */
  list(caller: Caller, query: PageQueryDto): Promise<Page<ApiToken>> {
    return this.liveTokens([caller.id, this.clock.now()], query);
  }

  /** One of the caller's tokens that have not expired. @throws DomainError `not_found` */
  async find(caller: Caller, id: string): Promise<ApiToken> {
    const mine = '"id" = $1 AND "userId" = $2 AND "expiresAt" > $3';
    const token = await this.database.selectOne(ApiToken, mine, [id, caller.id, this.clock.now()]);
    if (!token) throw noSuchToken();
    return token;
  }

  /** Revokes a token; it is refused from the next request on. @throws DomainError `not_found` when the caller has no such token */
  remove(caller: Caller, id: string): Promise<void> {
    const userId = caller.id;
    return this.database.transaction(async (tx) => {
      const { affected } = await tx.manager.delete(ApiToken, { id, userId });
      if (affected !== 1) throw noSuchToken();
      const event = { type: 'api-token.ended', actor: caller, accountId: userId, targetId: id, details: {} } as const;
      this.audit.record(tx, event);
      tx.afterCommit(() => this.authenticator.forgetUser(userId));
    });
  }

  /** Revokes all tokens of the user, within the caller's transaction. @returns the number that were still valid */
  async removeAll(tx: Transaction, userId: string): Promise<number> {
    const live = await this.count(tx, userId);
    await tx.manager.delete(ApiToken, { userId });
    tx.afterCommit(() => this.authenticator.forgetUser(userId));
    return live;
  }

  /** Deletes expired tokens. */
  async purge(): Promise<void> {
    await this.database.manager.delete(ApiToken, { expiresAt: LessThan(this.clock.now()) });
  }

  /** The number of the user's valid tokens, in the caller's transaction. */
  count(tx: Transaction, userId: string): Promise<number> {
    return tx.manager.countBy(ApiToken, { userId, expiresAt: MoreThan(this.clock.now()) });
  }

  /** All of the user's tokens, without their secrets. */
  async *export(userId: string): AsyncGenerator<object[]> {
    const tokens = await this.database.select(ApiToken, '"userId" = $1 ORDER BY "createdAt", "id"', [userId]);
    yield tokens.map(ApiTokenDto.from);
  }

  private async insert(
    caller: Caller,
    tx: Transaction,
    { id, name, scopes, expiresAt }: Omit<CreateApiTokenDto, 'password'> & Pick<ApiToken, 'id'>,
  ): Promise<CreatedApiToken> {
    const secret = newApiTokenSecret();
    const now = this.clock.now();
    const userId = caller.id;
    await tx.manager.delete(ApiToken, { userId, expiresAt: LessThanOrEqual(now) });
    await this.limits.assertRoom(tx, userId);
    const token = Object.assign(new ApiToken(), {
      id,
      userId,
      name,
      scopes,
      tokenHash: hashApiTokenSecret(secret),
      createdAt: now,
      expiresAt: this.limits.endOf(expiresAt, now),
      lastUsedAt: null,
    });
    await tx.insert(ApiToken, token);
    const details = { scopes, expiresAt: token.expiresAt };
    const what = { actor: caller, accountId: userId, targetId: token.id, details };
    this.audit.record(tx, { type: 'api-token.created', ...what });
    return { token, secret };
  }
}
