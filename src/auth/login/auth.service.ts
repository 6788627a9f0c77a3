import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/audit/domain-events';
import type { Transaction } from '../../platform/database/transaction';
import { DomainError } from '../../platform/problems/domain-error';
import { UserDto } from '../../users/dto/user.dto';
import type { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';
import { PasswordsService } from '../passwords/passwords.service';
import { type SessionStart, SessionStarts } from '../sessions/session-starts.service';
import { type SessionGrant, SessionsService } from '../sessions/sessions.service';
import { AccessTokenService } from '../tokens/access-token.service';
import { invalidCredentials, type VerifiedCredentials } from './credentials.service';
import type { AuthResponseDto } from './dto/auth-response.dto';

/** Logging in and staying in. */
@Injectable()
export class AuthService {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordsService,
    private readonly starts: SessionStarts,
    private readonly sessions: SessionsService,
    private readonly accessTokens: AccessTokenService,
  ) {}

  /**
   * Begins a session for whoever proved a password. One that was changed since then, by a reset say, begins none.
   * @throws DomainError `invalid_credentials`
   */
  login({ user: { id }, hash }: VerifiedCredentials, start: SessionStart): Promise<AuthResponseDto> {
    const begin = async ({ manager }: Transaction, user: User) => {
      const isGood = user.isActive && (await this.passwords.isCurrent(manager, id, hash));
      if (!isGood) throw invalidCredentials();
      return this.respond(user, await this.starts.begin(manager, user, start));
    };
    return this.users.withLockedUser(id, begin, invalidCredentials);
  }

  /** Continues a session. @throws DomainError `invalid_refresh_token` */
  async refresh(refreshToken: string, actor: Actor): Promise<AuthResponseDto> {
    const grant = await this.sessions.refresh(refreshToken, actor);
    const user = await this.users.findById(grant.session.userId);
    if (!user?.isActive) {
      const accountId = grant.session.userId;
      throw new DomainError('invalid_refresh_token', 'The account of this session is not active.', { accountId });
    }
    return this.respond(user, grant);
  }

  /** What the owner of a session is answered. */
  respond(user: User, { session, refreshToken }: SessionGrant): AuthResponseDto {
    const { accessToken, expiresIn } = this.accessTokens.issue(user.id, session.id, session.expiresAt);
    return { accessToken, tokenType: 'Bearer', expiresIn, refreshToken, user: UserDto.from(user) };
  }
}
