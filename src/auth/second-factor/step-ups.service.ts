import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.service';
import { DomainError } from '../../platform/problems/domain-error';
import { type Caller, sessionOf } from '../../users/caller';
import { UsersService } from '../../users/users.service';
import { SecondFactors } from '../factors/second-factors.service';
import { Reauthentication } from '../proofs/reauthentication.service';
import type { SessionGrant } from '../sessions/sessions.service';
import { SessionsService } from '../sessions/sessions.service';
import type { StepUpDto } from './dto/second-factor.dto';

/** Raises the session of a caller by another proof (RFC 9470). */
@Injectable()
export class StepUps {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly factors: SecondFactors,
    private readonly reauthentication: Reauthentication,
    private readonly sessions: SessionsService,
  ) {}

  /**
   * Adds a proof to the caller's session, which gets another refresh token. An account with a second factor has to
   * prove that; the password alone would not raise its session.
   * @throws DomainError `invalid_credentials` for a wrong password; `invalid_second_factor`; `step_up_required` for a
   * password where a second factor is needed; `forbidden` without a session
   */
  async stepUp(caller: Caller, { password, ...evidence }: StepUpDto): Promise<SessionGrant> {
    const sessionId = sessionOf(caller);
    if (password !== undefined) return this.byPassword(caller, sessionId, password);
    const gone = () => new DomainError('invalid_token', 'The account of the access token does not exist.');
    const attempt = { actor: caller, accountId: caller.id, evidence, ceremony: `session:${sessionId}`, gone } as const;
    return this.factors.prove(attempt, (tx, _user, proof) => this.sessions.strengthen(tx, sessionId, proof));
  }

  private async byPassword(caller: Caller, sessionId: string, password: string): Promise<SessionGrant> {
    const methods = await this.factors.enrolled(this.database, caller.id);
    if (methods.length > 0) {
      throw new DomainError('step_up_required', 'The account has a second factor: send that one.', { methods });
    }
    const proof = await this.reauthentication.verify(caller, { password });
    return this.users.withLockedUser(caller.id, async (tx, user) => {
      if (!(await proof.isCurrent(tx, user))) throw proof.refusal();
      return this.sessions.strengthen(tx, sessionId, proof);
    });
  }
}
