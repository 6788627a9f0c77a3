import { Injectable } from '@nestjs/common';
import { randomNonce, randomPKCECodeVerifier, randomState } from 'openid-client';
import { Clock } from '../../platform/kernel/clock.service';
import { newId } from '../../platform/kernel/ids';
import { DomainError } from '../../platform/problems/domain-error';
import type { AnonymousCaller, Caller } from '../../users/caller';
import { STEP_UP_MAX_AGE } from '../proofs/step-up.guard';
import { StepUpService } from '../proofs/step-up.service';
import type { StartExternalDto } from './dto/external.dto';
import type { ExternalFlow } from './flow/external-flow';
import { RedirectTargets } from './flow/redirect-targets.service';
import { ExternalProviders } from './providers/external-providers.service';

/** A sign-in that was started, for the browser. */
export interface StartedFlow {
  readonly flow: ExternalFlow;
  readonly authorizationUrl: string;
}

/** Starts sign-ins with providers. Nothing is stored for them. */
@Injectable()
export class ExternalStart {
  constructor(
    private readonly providers: ExternalProviders,
    private readonly targets: RedirectTargets,
    private readonly stepUp: StepUpService,
    private readonly clock: Clock,
  ) {}

  /**
   * Starts a sign-in, or the link of one more identity to the caller's account.
   * @throws DomainError `not_found`, `validation_failed` for `redirectTo`, `overloaded`; for a link also
   * `unauthenticated`, `step_up_required`, and `email_unverified`
   */
  async start(
    caller: Caller | AnonymousCaller,
    provider: string,
    { intent, redirectTo }: StartExternalDto,
  ): Promise<StartedFlow> {
    this.providers.assertKnown(provider);
    const accountId = intent === 'link' ? await this.accountToLink(caller) : null;
    const target = this.targets.resolve(redirectTo);
    const request = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
    const authorizationUrl = await this.providers.authorizationUrl(provider, request);
    const flow = { id: newId(), provider, accountId, redirectTo: target, startedAt: this.clock.now(), ...request };
    return { flow, authorizationUrl };
  }

  private async accountToLink(caller: Caller | AnonymousCaller): Promise<string> {
    if (caller.kind === 'anonymous') {
      throw new DomainError('unauthenticated', 'Send an access token as Authorization: Bearer.');
    }
    await this.stepUp.assertRecent(caller, { maxAge: STEP_UP_MAX_AGE, takesPassword: false });
    if (!caller.user.emailVerified) throw unprovenAccount();
    return caller.id;
  }
}

/**
 * The person who proves the address of an unproven account gets it, by a link or a password reset: an identity that was linked
 * before would stay behind as a back door.
 */
export const unprovenAccount = () =>
  new DomainError('email_unverified', 'Verify the address of the account before linking anything to it.');
