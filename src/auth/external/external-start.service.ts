import { Injectable } from '@nestjs/common';
import { randomNonce, randomPKCECodeVerifier, randomState } from 'openid-client';
import { Clock } from '../../platform/kernel/clock.service';
import { newId } from '../../platform/kernel/ids';
import { DomainError } from '../../platform/problems/domain-error';
import { type AnonymousCaller, type Caller, sessionOf } from '../../users/caller';
import { STEP_UP_MAX_AGE } from '../proofs/step-up.guard';
import { StepUpService } from '../proofs/step-up.service';
import type { StartExternalDto } from './dto/external.dto';
import type { ExternalFlow, ExternalIntent, PageState } from './flow/external-flow';
import { RedirectTargets } from './flow/redirect-targets.service';
import { ExternalProviders } from './providers/external-providers.service';

/** A sign-in that was started, for the browser. */
export interface StartedFlow {
  readonly flow: ExternalFlow;
  readonly authorizationUrl: string;
}

/** The account that a flow is bound to, and for a step-up its session; both null for a login. */
type Owner = Pick<ExternalFlow, 'accountId' | 'sessionId'>;

/** What a sign-in is for, and where it leads. */
type Aim = Owner & Pick<ExternalFlow, 'intent' | 'redirectTo' | 'page'>;

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
   * Starts a sign-in, the link of one more identity to the caller's account, or a recent proof for the caller's session.
   * @throws DomainError `not_found`, `validation_failed` for `redirectTo`, `overloaded`; for a link or a proof also
   * `unauthenticated` and `step_up_required`, and for a link `email_unverified`
   */
  async start(
    caller: Caller | AnonymousCaller,
    provider: string,
    { intent, redirectTo }: StartExternalDto,
  ): Promise<StartedFlow> {
    this.providers.assertKnown(provider);
    const owner = await this.ownerFor(intent, caller);
    return this.begin(provider, { intent, ...owner, redirectTo: this.targets.resolve(redirectTo), page: null });
  }

  /**
   * Starts the same from a page of the site.
   * @param redirectTo the path of the page that continues @throws DomainError as `start`
   */
  async startOnPage(
    caller: Caller | AnonymousCaller,
    provider: string,
    intent: ExternalIntent,
    redirectTo: string,
    page: PageState,
  ): Promise<StartedFlow> {
    this.providers.assertKnown(provider);
    return this.begin(provider, { intent, ...(await this.ownerFor(intent, caller)), redirectTo, page });
  }

  private async begin(provider: string, aim: Aim): Promise<StartedFlow> {
    const startedAt = this.clock.now();
    const freshSince = aim.intent === 'step-up' ? startedAt : null;
    const secrets = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
    const request = { ...secrets, freshSince };
    const authorizationUrl = await this.providers.authorizationUrl(provider, request);
    return { flow: { id: newId(), provider, startedAt, ...aim, ...request }, authorizationUrl };
  }

  private async ownerFor(intent: ExternalIntent, caller: Caller | AnonymousCaller): Promise<Owner> {
    if (intent === 'login') return { accountId: null, sessionId: null };
    if (caller.kind === 'anonymous') {
      throw new DomainError('unauthenticated', 'Send an access token as Authorization: Bearer.');
    }
    if (intent === 'step-up') {
      await this.stepUp.assertUsable(caller, 'external');
      return { accountId: caller.id, sessionId: sessionOf(caller) };
    }
    await this.stepUp.assertRecent(caller, { maxAge: STEP_UP_MAX_AGE, takesPassword: false });
    if (!caller.user.emailVerified) throw unprovenAccount();
    return { accountId: caller.id, sessionId: null };
  }
}

/**
 * The person who proves the address of an unproven account takes it over, by a link or a password reset: an identity that
 * was linked before would remain as a back door.
 */
export const unprovenAccount = () =>
  new DomainError('email_unverified', 'Verify the address of the account before linking anything to it.');
