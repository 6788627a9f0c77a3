import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/kernel/clock.service';
import { type Caller, sessionOf } from '../../../users/caller';
import { UsersService } from '../../../users/users.service';
import { StepUpService } from '../../proofs/step-up.service';
import { type SessionGrant, SessionsService } from '../../sessions/sessions.service';
import type { ExternalFlow } from '../flow/external-flow';
import { ExternalSignIns } from '../flow/external-sign-ins.service';
import { ExternalIdentities } from '../identities/external-identities.service';
import { invalidExternalSignIn } from '../providers/provider-errors';

/** Raises the session of a caller who has authenticated at a provider again. */
@Injectable()
export class ExternalStepUps {
  constructor(
    private readonly signIns: ExternalSignIns,
    private readonly identities: ExternalIdentities,
    private readonly stepUp: StepUpService,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds a proof to the session that has started it, which gets another refresh token.
   * @throws DomainError `invalid_external_sign_in`, also for an identity that is not linked to the account;
   * `step_up_required` where it has another method by now
   */
  async stepUpBy(caller: Caller, flow: ExternalFlow, code: string): Promise<SessionGrant> {
    const sessionId = sessionOf(caller);
    const signIn = await this.signIns.find(flow, code, 'code');
    if (flow.intent !== 'step-up' || flow.sessionId !== sessionId) throw invalidExternalSignIn();
    await this.stepUp.assertUsable(caller, 'external');
    const identity = await this.identities.find(signIn);
    if (identity?.userId !== caller.id) throw invalidExternalSignIn();
    return this.users.withLockedUser(caller.id, async (tx) => {
      await this.signIns.spend(tx, signIn);
      if (!(await this.identities.use(tx, identity))) throw invalidExternalSignIn();
      return this.sessions.strengthen(tx, sessionId, { method: 'external', at: this.clock.now() });
    });
  }
}
