import { Injectable } from '@nestjs/common';
import { AuditWriter } from '../../../platform/audit/audit-writer.service';
import type { Actor } from '../../../platform/audit/domain-events';
import type { DataAccess } from '../../../platform/database/data-access';
import { Database } from '../../../platform/database/database.service';
import type { Transaction } from '../../../platform/database/transaction';
import { Clock } from '../../../platform/kernel/clock.service';
import { newId } from '../../../platform/kernel/ids';
import type { Page } from '../../../platform/pagination/page';
import type { PageQueryDto } from '../../../platform/pagination/page-query.dto';
import { DomainError } from '../../../platform/problems/domain-error';
import type { Caller } from '../../../users/caller';
import { UsersService } from '../../../users/users.service';
import { IsSignInMethod, type SignInMethod } from '../../factors/sign-in-method';
import { SignInMethods } from '../../factors/sign-in-methods.service';
import { SecurityNotices } from '../../notices/security-notices.service';
import { ExternalProviders } from '../providers/external-providers.service';
import { ExternalIdentityDto } from './dto/external-identity.dto';
import { ExternalIdentity } from './external-identity.entity';

/** What identifies an account at a provider, and what is shown of it. */
export type NewIdentity = Pick<ExternalIdentity, 'userId' | 'provider' | 'issuer' | 'subject' | 'email'>;

const MINE = '"id" = $1 AND "userId" = $2';

const notMine = () => new DomainError('not_found', 'You have no identity with this id.');

/** The most accounts at providers that one account is linked to. */
const MAX_IDENTITIES = 10;

const tooManyIdentities = () =>
  new DomainError('too_many_identities', `An account is linked to ${MAX_IDENTITIES} others at most. Unlink one first.`);

/** The accounts at providers by which owners sign in. */
@Injectable()
@IsSignInMethod()
export class ExternalIdentities implements SignInMethod {
  private readonly mine;

  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly methods: SignInMethods,
    private readonly audit: AuditWriter,
    private readonly notices: SecurityNotices,
    private readonly providers: ExternalProviders,
    private readonly clock: Clock,
  ) {
    this.mine = database.list(ExternalIdentity, {
      name: 'identities',
      where: '"userId" = $1',
      order: ['createdAt', 'id'],
    });
  }

  /** The identity of an account at a provider, if it is linked. */
  find({ issuer, subject }: Pick<ExternalIdentity, 'issuer' | 'subject'>): Promise<ExternalIdentity | null> {
    return this.database.selectOne(ExternalIdentity, '"issuer" = $1 AND "subject" = $2', [issuer, subject]);
  }

  /** The names of the providers by which an account signs in, each once. */
  async providersOf(userId: string): Promise<string[]> {
    const rows = await this.database.select(ExternalIdentity, '"userId" = $1 ORDER BY "createdAt", "id"', [userId]);
    return [...new Set(rows.map(({ provider }) => provider))];
  }

  /** One of the caller's identities. @throws DomainError `not_found` */
  async get({ id: userId }: Caller, id: string): Promise<ExternalIdentity> {
    const identity = await this.database.selectOne(ExternalIdentity, MINE, [id, userId]);
    if (!identity) throw notMine();
    return identity;
  }

  /** The caller's identities, newest first. */
  list({ id }: Caller, query: PageQueryDto): Promise<Page<ExternalIdentity>> {
    return this.mine([id], query);
  }

  /** Whether an identity of a configured provider is linked; one of any other provider cannot be used to sign in. */
  async has(data: DataAccess, userId: string): Promise<boolean> {
    const rows = await data.select(ExternalIdentity, '"userId" = $1', [userId]);
    return rows.some(({ provider }) => this.providers.all.some(({ id }) => id === provider));
  }

  /**
   * Links an identity within the caller's transaction, which has locked the account. The unique constraint of identities
   * decides between accounts.
   * @throws DomainError `too_many_identities`
   */
  async add(tx: Transaction, actor: Actor, identity: NewIdentity): Promise<ExternalIdentity> {
    const used = await tx.count(ExternalIdentity, '"userId" = $1', [identity.userId]);
    if (used >= MAX_IDENTITIES) throw tooManyIdentities();
    const fresh = { id: newId(), createdAt: this.clock.now(), lastUsedAt: null };
    const row = await tx.insert(ExternalIdentity, Object.assign(new ExternalIdentity(), identity, fresh));
    const { userId: accountId, provider } = identity;
    const event = { actor, accountId, targetId: row.id, details: { provider } };
    this.audit.record(tx, { type: 'identity.linked', ...event });
    return row;
  }

  /** Notes a use within the caller's transaction. @returns false when it is no longer linked to the account */
  async use(tx: Transaction, { id, userId }: ExternalIdentity): Promise<boolean> {
    const lastUsedAt = this.clock.now();
    return (await tx.updateWhere(ExternalIdentity, { lastUsedAt }, MINE, [id, userId])) === 1;
  }

  /**
   * Unlinks one of the caller's identities, and tells the owner.
   * @throws DomainError `not_found`; `last_sign_in_method` when the account has no other way to sign in
   */
  async remove(caller: Caller, id: string): Promise<void> {
    await this.users.withLockedUser(caller.id, async (tx, user) => {
      const identity = await tx.selectOne(ExternalIdentity, MINE, [id, user.id]);
      if (!identity) throw notMine();
      await tx.removeWhere(ExternalIdentity, MINE, [id, user.id]);
      await this.methods.assertOneRemains(tx, user.id);
      const { provider } = identity;
      const event = { actor: caller, accountId: user.id, targetId: id, details: { provider } };
      this.audit.record(tx, { type: 'identity.unlinked', ...event });
      await this.notices.notify(tx, 'identity-unlinked', user, { client: caller.client, provider });
    });
  }

  /** Unlinks what was linked at this time or later, within the caller's transaction. @param since epoch milliseconds */
  async removeSince(tx: Transaction, userId: string, since: number): Promise<void> {
    await tx.removeWhere(ExternalIdentity, '"userId" = $1 AND "createdAt" >= $2', [userId, since]);
  }

  /** All of the user's identities. */
  async *export(userId: string): AsyncGenerator<object[]> {
    const rows = await this.database.select(ExternalIdentity, '"userId" = $1 ORDER BY "createdAt", "id"', [userId]);
    yield rows.map(({ issuer, subject, ...row }) => Object.assign(ExternalIdentityDto.from(row), { issuer, subject }));
  }
}
