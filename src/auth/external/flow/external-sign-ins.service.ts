import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { parse, stringify } from 'uuid';
import { Keyring } from '../../../platform/config/keyring';
import type { DataAccess } from '../../../platform/database/data-access';
import { Database } from '../../../platform/database/database.service';
import { isUniqueViolation } from '../../../platform/database/sql/database-errors';
import { Clock } from '../../../platform/kernel/clock.service';
import { TokenSigner } from '../../../platform/signing/token-signer';
import type { ExternalProfile } from '../providers/external-profile';
import { invalidExternalSignIn } from '../providers/provider-errors';
import type { ExternalFlow } from './external-flow';
import { ExternalSignIn, type ExternalStep } from './external-sign-in.entity';

/** Lifetime of each step in seconds. */
export const STEP_TTL = { provider: 60, code: 60, link: 900, email: 600, spent: 0 } as const;

/** Lifetime of a sign-in at the provider, in milliseconds. */
const FLOW_TTL_MS = 600_000;

/** How long a row is kept, in milliseconds: longer than the cookie of its browser, so that no state is used twice. */
const KEPT_MS = 7_200_000;

/** Where a sign-in continues, and what is known by then. */
type Change = Partial<Omit<ExternalSignIn, 'id' | 'step'>>;

/** Sign-ins that came back from a provider. Each step is taken once, also by concurrent requests. */
@Injectable()
export class ExternalSignIns {
  private readonly tokens: TokenSigner;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    keyring: Keyring,
  ) {
    this.tokens = new TokenSigner(keyring, { purpose: 'external-sign-in', prefix: 'lkx_', length: 16 });
  }

  /** Uses up the state of a sign-in. @throws DomainError `invalid_external_sign_in` when it was used, or is too old */
  async begin({ id, provider, accountId, startedAt }: ExternalFlow): Promise<ExternalSignIn> {
    const now = this.clock.now();
    if (startedAt + FLOW_TTL_MS <= now) throw invalidExternalSignIn();
    const about = { issuer: '', subject: '', email: null, isEmailVerified: false, username: null };
    const times = { createdAt: now, expiresAt: now + STEP_TTL.provider * 1000 };
    const row = { id, provider, step: 'provider', accountId, mails: 0, attempts: 0, ...about, ...times } as const;
    try {
      return await this.database.insert(ExternalSignIn, Object.assign(new ExternalSignIn(), row));
    } catch (error) {
      if (isUniqueViolation(error)) throw invalidExternalSignIn(error);
      throw error;
    }
  }

  /** Adds the profile. @param next where it continues @returns the code that the client exchanges */
  finish(signIn: ExternalSignIn, profile: ExternalProfile, next: 'code' | 'link'): Promise<string> {
    return this.advance(this.database, signIn, next, profile);
  }

  /**
   * The token of a step, for a page of the site: its browser holds nothing but the cookie.
   * @throws DomainError `invalid_external_sign_in` for a sign-in that a client of the API started
   */
  tokenFor({ id, page }: ExternalFlow, step: ExternalStep): string {
    if (page === null) throw invalidExternalSignIn();
    return this.tokens.sign(Buffer.from(parse(id)), step);
  }

  /**
   * The sign-in of a token, which only the browser that started it can use.
   * @throws DomainError `invalid_external_sign_in`
   */
  async find(flow: ExternalFlow, token: string, step: ExternalStep): Promise<ExternalSignIn> {
    const content = this.tokens.verify(token, step);
    const id = content && stringify(content);
    const row = id === flow.id ? await this.database.findById(ExternalSignIn, id) : null;
    if (row?.step !== step || row.expiresAt <= this.clock.now()) throw invalidExternalSignIn();
    return row;
  }

  /**
   * Takes a step. Of several requests at once, one does. @returns the token of the next step
   * @throws DomainError `invalid_external_sign_in` when the step was taken already, or has expired
   */
  async advance(
    data: DataAccess,
    { id, step, mails }: ExternalSignIn,
    next: ExternalStep,
    change: Change = {},
  ): Promise<string> {
    const now = this.clock.now();
    const isStill = '"id" = $1 AND "step" = $2 AND "mails" = $3 AND "expiresAt" > $4';
    const changes = { ...change, step: next, expiresAt: now + STEP_TTL[next] * 1000 };
    const affected = await data.updateWhere(ExternalSignIn, changes, isStill, [id, step, mails, now]);
    if (affected !== 1) throw invalidExternalSignIn();
    return this.tokens.sign(Buffer.from(parse(id)), next);
  }

  /**
   * Counts a code before it is judged, in a statement of its own: it stays counted whatever comes after.
   * @throws DomainError `invalid_external_sign_in` when none is left
   */
  async count({ id, step }: ExternalSignIn, most: number): Promise<void> {
    const { affected } = await this.database.manager
      .createQueryBuilder()
      .update(ExternalSignIn)
      .set({ attempts: () => '"attempts" + 1' })
      .where({ id, step, attempts: LessThan(most) })
      .execute();
    if (affected !== 1) throw invalidExternalSignIn();
  }

  /** Ends a sign-in. @throws DomainError `invalid_external_sign_in` when it has ended already */
  async spend(data: DataAccess, signIn: ExternalSignIn): Promise<void> {
    await this.advance(data, signIn, 'spent', { email: null, username: null });
  }

  /** Deletes expired rows. */
  async purge(): Promise<void> {
    await this.database.manager.delete(ExternalSignIn, { createdAt: LessThan(this.clock.now() - KEPT_MS) });
  }
}
