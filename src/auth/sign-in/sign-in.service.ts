import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction';
import { DomainError } from '../../platform/problems/domain-error';
import { levelOf } from '../../users/assurance';
import type { AnonymousCaller } from '../../users/caller';
import { UserDto } from '../../users/dto/user.dto';
import type { AccountProof, Proof } from '../../users/proof';
import type { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';
import type { SignInChallenge } from '../challenges/sign-in-challenge.entity';
import { CHALLENGE_TTL, invalidChallenge, SignInChallenges } from '../challenges/sign-in-challenges.service';
import type { FactorEvidence } from '../factors/second-factor';
import { type FactorDemand, SecondFactors } from '../factors/second-factors.service';
import { type SessionStart, SessionStarter } from '../sessions/session-starter.service';
import { SessionStore } from '../sessions/session-store.service';
import { authenticationOf } from '../sessions/session.entity';
import { type SessionGrant, SessionsService } from '../sessions/sessions.service';
import { AccessTokenService } from '../tokens/access-token.service';
import { TrustedDevices } from '../trusted-devices/trusted-devices.service';
import type { AuthResponseDto } from './dto/auth-response.dto';
import type { ChallengeDto } from './dto/challenge.dto';

/** An account that has just signed in, and its new session. */
export interface SignedIn {
  user: User;
  grant: SessionGrant;
}

/** What a sign-in that still needs a second factor continues with. */
export interface Challenged {
  user: User;
  grant: null;
  challenge: FactorDemand & { token: string };
}

/** The outcome of proofs: a session, or a challenge when they are not enough for the account. */
export type SignInOutcome = (SignedIn & { challenge: null }) | Challenged;

/**
 * The one door from proofs to a session: whatever the way in, an account for which a second factor is demanded gets no
 * session without one (ASVS 6.3.4).
 */
@Injectable()
export class SignInService {
  constructor(
    private readonly users: UsersService,
    private readonly factors: SecondFactors,
    private readonly challenges: SignInChallenges,
    private readonly devices: TrustedDevices,
    private readonly starts: SessionStarter,
    private readonly sessions: SessionsService,
    private readonly store: SessionStore,
    private readonly accessTokens: AccessTokenService,
  ) {}

  /**
   * Exchanges a proof of an account for a session or a challenge. A proof that no longer holds once the account is
   * locked, as after a password reset, is refused.
   * @throws DomainError as the proof says
   */
  begin(caller: AnonymousCaller, proof: AccountProof, start: SessionStart): Promise<SignInOutcome> {
    return this.users.withLockedUser(
      proof.accountId,
      async (tx, user) => {
        if (!user.isActive || !(await proof.isCurrent(tx, user))) throw proof.refusal();
        return this.admit(caller, tx, user, [proof], start);
      },
      () => proof.refusal(),
    );
  }

  /** Like `begin`, with the response. @throws DomainError as the proof says */
  async signIn(
    caller: AnonymousCaller,
    proof: AccountProof,
    start: SessionStart,
  ): Promise<AuthResponseDto | ChallengeDto> {
    return this.respondTo(await this.begin(caller, proof, start));
  }

  /** Exchanges proofs for a session or a challenge within the caller's transaction, which has locked the account. */
  async admit(
    caller: AnonymousCaller,
    tx: Transaction,
    user: User,
    proofs: readonly Proof[],
    start: SessionStart,
  ): Promise<SignInOutcome> {
    const demand = await this.factors.demandOf(tx, user, levelOf(proofs));
    if (demand?.purpose === 'second-factor' && (await this.isTrusted(tx, user, start))) {
      const device = { method: 'trusted_device', at: Math.max(...proofs.map(({ at }) => at)) } as const;
      return {
        user,
        grant: await this.starts.begin(caller, tx, user, [...proofs, device], start),
        challenge: null,
      };
    }
    if (!demand) return { user, grant: await this.starts.begin(caller, tx, user, proofs, start), challenge: null };
    const token = this.challenges.issue(tx, user, proofs, start, demand.purpose);
    return { user, grant: null, challenge: { ...demand, token } };
  }

  /**
   * Exchanges a challenge and a second factor for a session. A factor that was enrolled with the challenge itself needs
   * no evidence.
   * @throws DomainError `invalid_challenge`; `invalid_second_factor`; `rate_limited` after too many wrong codes
   */
  async complete(caller: AnonymousCaller, challengeToken: string, evidence: FactorEvidence): Promise<SignedIn> {
    const challenge = await this.challenges.find(challengeToken);
    const first = challenge.methods.map((method) => ({ method, at: challenge.provenAt, userVerified: true }));
    const open = async (tx: Transaction, user: User, proofs: readonly Proof[]): Promise<SignedIn> => {
      await this.challenges.spend(tx, user, challenge);
      return { user, grant: await this.starts.begin(caller, tx, user, proofs, challenge) };
    };
    const { userId: accountId, id } = challenge;
    if (levelOf(first) === 'aal2') {
      return this.users.withLockedUser(accountId, (tx, user) => open(tx, user, first), invalidChallenge);
    }
    await this.challenges.count(challenge);
    const attempt = {
      actor: caller,
      accountId,
      evidence,
      ceremony: `challenge:${id}`,
      gone: invalidChallenge,
    } as const;
    try {
      return await this.factors.prove(attempt, (tx, user, proof) => open(tx, user, [...first, proof]));
    } catch (error) {
      await this.uncountUnlessWrong(challenge, error);
      throw error;
    }
  }

  /** Refreshes a session. @throws DomainError `invalid_refresh_token` */
  async refresh(caller: AnonymousCaller, refreshToken: string): Promise<AuthResponseDto> {
    const grant = await this.sessions.refresh(caller, refreshToken);
    const { userId: accountId, level, methods, id } = grant.session;
    const user = await this.users.findById(accountId);
    if (!user?.isActive) {
      throw new DomainError('invalid_refresh_token', 'The account of this session is not active.', { accountId });
    }
    if (level === 'aal1' && !methods.includes('trusted_device') && this.factors.isDemanded(user)) {
      await this.store.end(caller, { id, userId: accountId }, 'second-factor-demanded');
      throw new DomainError('invalid_refresh_token', 'The account now needs a second factor. Sign in again.', {
        accountId,
      });
    }
    return this.respond(user, grant);
  }

  /** The response to an outcome. */
  respondTo(outcome: SignInOutcome): AuthResponseDto | ChallengeDto {
    if (outcome.grant) return this.respond(outcome.user, outcome.grant);
    const { token, purpose, methods } = outcome.challenge;
    const status = purpose === 'enrollment' ? 'second_factor_enrolment_required' : 'second_factor_required';
    return { status, challengeToken: token, expiresIn: CHALLENGE_TTL, methods: [...methods] };
  }

  /** The response with the tokens of a session. */
  respond(user: User, { session, refreshToken }: SessionGrant): AuthResponseDto {
    const { accessToken, expiresIn } = this.accessTokens.issue(session, authenticationOf(session));
    return { accessToken, tokenType: 'Bearer', expiresIn, refreshToken, user: UserDto.from(user) };
  }

  private async isTrusted(tx: Transaction, { id }: User, { deviceId }: SessionStart): Promise<boolean> {
    return deviceId !== undefined && (await this.devices.isTrusted(tx, id, deviceId));
  }

  /** Only a factor that was judged and found wrong costs an attempt. */
  private async uncountUnlessWrong(challenge: SignInChallenge, error: unknown): Promise<void> {
    if (error instanceof DomainError && error.code === 'invalid_second_factor') return;
    await this.challenges.uncount(challenge);
  }
}
