import { Injectable } from '@nestjs/common';
import { DomainError } from '../../platform/problems/domain-error';
import type { AnonymousCaller } from '../../users/caller';
import { UserDto } from '../../users/dto/user.dto';
import type { AccountProof } from '../../users/proof';
import type { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';
import { type SessionStart, SessionStarter } from '../sessions/session-starter.service';
import { type SessionGrant, SessionsService } from '../sessions/sessions.service';
import { AccessTokenService } from '../tokens/access-token.service';
import type { AuthResponseDto } from './dto/auth-response.dto';

/** An account that has just signed in, and its new session. */
export interface SignedIn {
  user: User;
  grant: SessionGrant;
}

/** Exchanges a proof for a session, and a refresh token for the next tokens of its session. */
@Injectable()
export class SignInService {
  constructor(
    private readonly users: UsersService,
    private readonly starts: SessionStarter,
    private readonly sessions: SessionsService,
    private readonly accessTokens: AccessTokenService,
  ) {}

  /**
   * Starts a session for a proof of an account. A proof that no longer holds once the account is locked, as after a
   * password reset, is refused.
   * @throws DomainError as the proof says
   */
  begin(caller: AnonymousCaller, proof: AccountProof, start: SessionStart): Promise<SignedIn> {
    return this.users.withLockedUser(
      proof.accountId,
      async (tx, user) => {
        if (!user.isActive || !(await proof.isCurrent(tx, user))) throw proof.refusal();
        return { user, grant: await this.starts.begin(caller, tx, user, start) };
      },
      () => proof.refusal(),
    );
  }

  /** Like `begin`, with the tokens of the session. @throws DomainError as the proof says */
  async signIn(caller: AnonymousCaller, proof: AccountProof, start: SessionStart): Promise<AuthResponseDto> {
    const { user, grant } = await this.begin(caller, proof, start);
    return this.respond(user, grant);
  }

  /** Refreshes a session. @throws DomainError `invalid_refresh_token` */
  async refresh(caller: AnonymousCaller, refreshToken: string): Promise<AuthResponseDto> {
    const grant = await this.sessions.refresh(caller, refreshToken);
    const user = await this.users.findById(grant.session.userId);
    if (!user?.isActive) {
      const accountId = grant.session.userId;
      throw new DomainError('invalid_refresh_token', 'The account of this session is not active.', { accountId });
    }
    return this.respond(user, grant);
  }

  /** The response with the tokens of a session. */
  respond(user: User, { session, refreshToken }: SessionGrant): AuthResponseDto {
    const { accessToken, expiresIn } = this.accessTokens.issue(user.id, session.id, session.expiresAt);
    return { accessToken, tokenType: 'Bearer', expiresIn, refreshToken, user: UserDto.from(user) };
  }
}
