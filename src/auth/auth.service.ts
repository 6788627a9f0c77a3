import { Injectable } from '@nestjs/common';
import { DomainError } from '../common/problems/domain-error';
import { Database } from '../database/database';
import { UserDto } from '../users/dto/user.dto';
import type { User } from '../users/user.entity';
import { UsersService } from '../users/users.service';
import type { AuthResponseDto } from './dto/auth-response.dto';
import type { RegisterDto } from './dto/register.dto';
import { PasswordsService } from './passwords/passwords.service';
import type { Origin } from './sessions/origin';
import { type SessionGrant, SessionsService } from './sessions/sessions.service';
import { AccessTokenService } from './tokens/access-token.service';

/** Registering, logging in, staying in, and logging out. */
@Injectable()
export class AuthService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly passwords: PasswordsService,
    private readonly sessions: SessionsService,
    private readonly accessTokens: AccessTokenService,
  ) {}

  /** Makes an account and its first session. @throws DomainError `weak_password`, `username_taken` or `email_taken` */
  async register({ password, ...profile }: RegisterDto, origin: Origin): Promise<AuthResponseDto> {
    // Asked before the hash is computed, which is what costs; the database has the last word all the same.
    await this.users.assertFree(profile);
    const hash = await this.passwords.hash(password, profile, '/password');
    let grant: SessionGrant | undefined;
    const user = await this.users.create(profile, async (manager, { id }) => {
      await this.passwords.store(manager, id, hash);
      grant = await this.sessions.begin(manager, id, false, origin);
    });
    if (!grant) throw new TypeError('The account was made without its session');
    return this.respond(user, grant);
  }

  /** Begins a session for a user whose credentials were checked. */
  async login(user: User, remember: boolean, origin: Origin): Promise<AuthResponseDto> {
    const grant = await this.database.transaction((manager) => this.sessions.begin(manager, user.id, remember, origin));
    return this.respond(user, grant);
  }

  /** Continues a session. @throws DomainError `invalid_refresh_token` */
  async refresh(refreshToken: string): Promise<AuthResponseDto> {
    const grant = await this.sessions.refresh(refreshToken);
    const user = await this.users.findById(grant.session.userId);
    if (!user?.isActive) throw new DomainError('invalid_refresh_token', 'The account of this session is not active.');
    return this.respond(user, grant);
  }

  /** Ends a session of this user; its tokens are dead at once. */
  async logout(userId: string, sessionId: string): Promise<void> {
    await this.sessions.end({ id: sessionId, userId }, 'logout');
  }

  private respond(user: User, { session, refreshToken }: SessionGrant): AuthResponseDto {
    const { accessToken, expiresIn } = this.accessTokens.issue(user.id, session.id, session.expiresAt);
    return { accessToken, tokenType: 'Bearer', expiresIn, refreshToken, user: UserDto.from(user) };
  }
}
