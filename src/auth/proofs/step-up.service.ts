import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Database } from '../../platform/database/database.service';
import { Clock } from '../../platform/kernel/clock.service';
import { DomainError } from '../../platform/problems/domain-error';
import type { AssuranceLevel } from '../../users/assurance';
import type { Caller } from '../../users/caller';
import type { ProofMethod } from '../../users/proof';
import { SecondFactors } from '../factors/second-factors.service';
import { IsReauthenticationMethod, type ReauthenticationMethod } from './reauthentication-method';

/** What a caller needs. */
export interface RecentAuthentication {
  /** Maximum age of the latest proof in seconds. */
  maxAge: number;
  /** For an account without a second factor, the password in the body is recent enough; the handler verifies it. */
  takesPassword: boolean;
}

/** Requires a recent authentication, at the highest level that the account can prove (RFC 9470). */
@Injectable()
export class StepUpService implements OnModuleInit {
  /** Ways to reauthenticate by a first factor. */
  methods: readonly ReauthenticationMethod[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly database: Database,
    private readonly factors: SecondFactors,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.methods = this.discovery
      .getProviders({ metadataKey: IsReauthenticationMethod.KEY })
      .map(({ instance }) => instance as ReauthenticationMethod);
  }

  /**
   * @throws DomainError `step_up_required` when the owner has not authenticated recently, or only at a lower level;
   * `forbidden` for credentials that cannot, such as API tokens
   */
  async assertRecent(caller: Caller, { maxAge, takesPassword }: RecentAuthentication): Promise<void> {
    const { authentication } = caller;
    if (!authentication) throw new DomainError('forbidden', 'This needs a session.');
    const factors = await this.factors.enrolled(this.database, caller.id);
    const level = factors.length > 0 ? 'aal2' : 'aal1';
    if (level === 'aal1' && takesPassword && (await this.hasFirstFactor(caller))) return;
    const isRecent = this.clock.now() - authentication.at <= maxAge * 1000;
    if (isRecent && (level === 'aal1' || authentication.level === 'aal2')) return;
    throw stepUpRequired(level, maxAge, factors.length > 0 ? factors : await this.firstFactors(caller));
  }

  /** The proofs that would do: second factors, or first ones for an account without. */
  async methodsOf(caller: Caller): Promise<ProofMethod[]> {
    const factors = await this.factors.enrolled(this.database, caller.id);
    return factors.length > 0 ? factors : this.firstFactors(caller);
  }

  /** Whether the account has a first factor that a body can be evidence of, such as a password. */
  async hasFirstFactor(caller: Caller): Promise<boolean> {
    return (await this.available(caller, false)).length > 0;
  }

  /** @throws DomainError `step_up_required`, with the proofs that would do, when one of this method would not */
  async assertUsable(caller: Caller, method: ProofMethod): Promise<void> {
    const methods = await this.methodsOf(caller);
    if (methods.includes(method)) return;
    throw new DomainError('step_up_required', 'This proof is not enough for the account.', { methods });
  }

  private async firstFactors(caller: Caller): Promise<ProofMethod[]> {
    const methods = await this.available(caller, false);
    return methods.length > 0 ? methods : this.available(caller, true);
  }

  private async available({ id }: Caller, isLastResort: boolean): Promise<ProofMethod[]> {
    const methods: ProofMethod[] = [];
    for (const way of this.methods) {
      if ((way.isLastResort ?? false) === isLastResort && (await way.isAvailable(id))) methods.push(way.method);
    }
    return methods;
  }
}

/** @param maxAge in seconds @param methods the proofs that would do */
function stepUpRequired(level: AssuranceLevel, maxAge: number, methods: readonly ProofMethod[]): DomainError {
  const parameters = `error="insufficient_user_authentication", acr_values="${level}", max_age="${maxAge}"`;
  return new DomainError('step_up_required', 'Authenticate again by POST /auth/step-up, then repeat the request.', {
    methods,
    headers: { 'www-authenticate': `Bearer realm="latchkey", ${parameters}` },
  });
}
