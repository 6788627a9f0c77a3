import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/audit/domain-events';
import { Database } from '../../platform/database/database.service';
import type { Transaction } from '../../platform/database/transaction';
import type { ClientInfo } from '../../platform/http/client/client-info';
import { Clock } from '../../platform/kernel/clock.service';
import { newId } from '../../platform/kernel/ids';
import type { Page } from '../../platform/pagination/page';
import type { PageQueryDto } from '../../platform/pagination/page-query.dto';
import { DomainError, type DomainErrorOptions } from '../../platform/problems/domain-error';
import { type Authentication, strengthened } from '../../users/assurance';
import type { Proof } from '../../users/proof';
import { RefreshTokenCodec } from '../tokens/refresh-token.codec';
import { classifyRefresh, rotated } from './rotation';
import { SessionLifetimes } from './session-lifetimes.service';
import { SessionStore } from './session-store.service';
import { authenticationOf, Session } from './session.entity';

/** A live session, and the refresh token that continues it. */
export interface SessionGrant {
  session: Session;
  refreshToken: string;
}

/** Properties of a new session. */
export interface NewSession extends Authentication {
  remembered: boolean;
  client: ClientInfo;
}

/** A new session. */
export interface BegunSession extends SessionGrant {
  /** Whether the user has logged in from this client before, as far as sessions are stored. */
  isFamiliar: boolean;
}

const invalidRefreshToken = (options: DomainErrorOptions = {}) =>
  new DomainError(
    'invalid_refresh_token',
    'The refresh token is not valid or its session has ended. Log in again.',
    options,
  );

/** The SQL condition for the live sessions of a user. */
const LIVE = '"userId" = $1 AND "endedAt" IS NULL AND "expiresAt" > $2 AND "lastUsedAt" > $3';

/** Starts, refreshes and lists sessions. */
@Injectable()
export class SessionsService {
  private readonly liveSessions;

  constructor(
    private readonly database: Database,
    private readonly store: SessionStore,
    private readonly lifetimes: SessionLifetimes,
    private readonly tokens: RefreshTokenCodec,
    private readonly clock: Clock,
  ) {
    this.liveSessions = database.list(Session, {
      name: 'sessions',
      where: LIVE,
      order: ['createdAt', 'id'],
    });
  }

  /** Starts a session within the caller's transaction. */
  async begin(tx: Transaction, userId: string, wanted: NewSession): Promise<BegunSession> {
    const { remembered, client, methods, at: authenticatedAt, level } = wanted;
    const now = this.clock.now();
    const session = Object.assign(new Session(), {
      id: newId(),
      userId,
      rotation: 0,
      recentRotations: [],
      methods: [...methods],
      authenticatedAt,
      level,
      remembered,
      ...client,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: this.lifetimes.expiresAt(remembered, now),
      endedAt: null,
      endReason: null,
    });
    const isFamiliar = await this.store.insert(tx, session);
    return { ...this.grant(session, session.rotation), isFamiliar };
  }

  /**
   * Refreshes a session. Of concurrent uses of a token, exactly one rotates, and the others get the same successor.
   * @throws DomainError `invalid_refresh_token`; reuse of a stolen token also ends the session
   */
  async refresh(actor: Actor, refreshToken: string): Promise<SessionGrant> {
    const presented = this.tokens.decode(refreshToken);
    if (!presented) throw invalidRefreshToken();
    for (;;) {
      const now = this.clock.now();
      const session = await this.store.find(presented.sessionId);
      if (!session || this.lifetimes.hasEnded(session, now)) throw invalidRefreshToken({ accountId: session?.userId });
      const use = classifyRefresh(session, presented.rotation, now);
      if (use === 'repeat') return this.grant(session, presented.rotation + 1);
      if (use === 'reuse') {
        await this.store.end(actor, session, 'theft');
        throw invalidRefreshToken({ isRecorded: true });
      }
      const next = { ...rotated(session, now), lastUsedAt: now };
      if (await this.store.rotate(session, next)) return this.grant(Object.assign(session, next), next.rotation);
      // It was rotated or ended in the meantime; retry with its current state.
    }
  }

  /**
   * Adds a proof to a live session within the caller's transaction.
   * @param keepsToken whether the refresh token stays, because the response has no place for another; otherwise the session
   * gets a new one (ASVS 7.2.4)
   * @throws DomainError `invalid_token` when it has ended
   */
  async strengthen(tx: Transaction, id: string, proof: Proof, keepsToken = false): Promise<SessionGrant> {
    const now = this.clock.now();
    const session = await tx.lock(Session, { id });
    if (!session || this.lifetimes.hasEnded(session, now)) {
      throw new DomainError('invalid_token', 'The session of the access token has ended.');
    }
    const { methods, at: authenticatedAt, level } = strengthened(authenticationOf(session), proof);
    const change = { ...(!keepsToken && rotated(session, now)), methods: [...methods], authenticatedAt, level };
    await this.store.update(tx, session, change);
    Object.assign(session, change);
    return this.grant(session, session.rotation);
  }

  /** The user's live sessions, newest first. */
  list(userId: string, query: PageQueryDto): Promise<Page<Session>> {
    return this.liveSessions(this.liveOf(userId), query);
  }

  /** How many live sessions the user has. */
  count(userId: string): Promise<number> {
    return this.database.count(Session, LIVE, this.liveOf(userId));
  }

  private liveOf(userId: string): [userId: string, now: number, idleSince: number] {
    const now = this.clock.now();
    return [userId, now, this.lifetimes.idleSince(now)];
  }

  private grant(session: Session, rotation: number): SessionGrant {
    return { session, refreshToken: this.tokens.encode({ sessionId: session.id, rotation }) };
  }
}
