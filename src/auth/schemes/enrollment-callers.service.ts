import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Database } from '../../platform/database/database.service';
import { Caller } from '../../users/caller';
import { UsersService } from '../../users/users.service';
import { invalidChallenge, SignInChallenges } from '../challenges/sign-in-challenges.service';
import { SecondFactors } from '../factors/second-factors.service';

/** Callers of sign-ins that must enroll a second factor. */
@Injectable()
export class EnrollmentCallers {
  constructor(
    private readonly database: Database,
    private readonly challenges: SignInChallenges,
    private readonly factors: SecondFactors,
    private readonly users: UsersService,
  ) {}

  /**
   * The caller of a challenge token, who may enroll a factor and do nothing else.
   * @throws DomainError `invalid_challenge` unless a factor is demanded of the account and it has none
   */
  async find(request: FastifyRequest, token: string): Promise<Caller> {
    const challenge = await this.challenges.find(token);
    const user = await this.users.findById(challenge.userId);
    const isCurrent = user?.isActive === true && user.credentialVersion === challenge.credentialVersion;
    const isMeant = isCurrent && challenge.purpose === 'enrollment' && this.factors.isDemanded(user);
    if (!isMeant || (await this.factors.enrolled(this.database, user.id)).length > 0) throw invalidChallenge();
    const authentication = { methods: challenge.methods, at: challenge.provenAt, level: 'aal1' } as const;
    const identity = { id: user.id, user, sessionId: null, scopes: null, authentication, challengeId: challenge.id };
    return new Caller(identity, request);
  }
}
