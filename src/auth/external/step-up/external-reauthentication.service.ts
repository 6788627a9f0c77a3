import { Injectable } from '@nestjs/common';
import { IsReauthenticationMethod, type ReauthenticationMethod } from '../../proofs/reauthentication-method';
import { ExternalIdentities } from '../identities/external-identities.service';
import { ExternalProviders, type NamedProvider } from '../providers/external-providers.service';

/** Reauthentication at a provider, for accounts that have nothing else: `ExternalStepUps` takes its result. */
@Injectable()
@IsReauthenticationMethod()
export class ExternalReauthentication implements ReauthenticationMethod {
  readonly method = 'external';
  readonly isLastResort = true;

  constructor(
    private readonly identities: ExternalIdentities,
    private readonly providers: ExternalProviders,
  ) {}

  async isAvailable(userId: string): Promise<boolean> {
    return (await this.providersOf(userId)).length > 0;
  }

  /** No body is evidence of it. */
  verify(): Promise<null> {
    return Promise.resolve(null);
  }

  /** The configured providers by which an account signs in. */
  async providersOf(userId: string): Promise<NamedProvider[]> {
    const linked = await this.identities.providersOf(userId);
    return this.providers.all.filter(({ id }) => linked.includes(id));
  }
}
