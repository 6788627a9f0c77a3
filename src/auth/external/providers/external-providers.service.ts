import { Injectable } from '@nestjs/common';
import { ExternalConfig, type ExternalProviderConfig } from '../../../platform/config/sign-in/external.config';
import { Clock } from '../../../platform/kernel/clock.service';
import { LinkBase } from '../../../platform/mail/link-base.service';
import { DomainError } from '../../../platform/problems/domain-error';
import type { FetchRules } from './bounded-fetch';
import type { AuthorizationRequest, ExternalProfile, ProviderClient } from './external-profile';
import { GitHubClient } from './github-client';
import { OidcClient } from './oidc-client';
import { exchangeError, externalUnavailable, ProviderFault } from './provider-errors';
import { ProviderLimits } from './provider-limits.service';

/** A provider and its name for people. */
export type NamedProvider = Pick<ExternalProviderConfig, 'id' | 'name'>;

/** The configured providers. Nothing is asked of them before a user signs in. */
@Injectable()
export class ExternalProviders {
  /** All of them, in the configured order. */
  readonly all: readonly NamedProvider[];
  private readonly clients: ReadonlyMap<string, ProviderClient>;

  constructor(
    private readonly config: ExternalConfig,
    private readonly limits: ProviderLimits,
    private readonly linkBase: LinkBase,
    private readonly clock: Clock,
  ) {
    this.all = config.providers.map(({ id, name }) => ({ id, name }));
    this.clients = new Map(config.providers.map((settings) => [settings.id, this.clientOf(settings)]));
  }

  /** @throws DomainError `not_found` for a provider that is not configured */
  assertKnown(id: string): void {
    this.clientWith(id);
  }

  /** Where a browser is sent to sign in. @throws DomainError `not_found`, `overloaded` */
  async authorizationUrl(id: string, request: AuthorizationRequest): Promise<string> {
    const client = this.clientWith(id);
    try {
      return (await this.inTime(client.authorizationUrl(request, this.callbackUrl(id).href))).href;
    } catch (error) {
      throw externalUnavailable(error);
    }
  }

  /**
   * Exchanges the answer of a provider for a profile. @param query of the callback, with its parameters as they came
   * @throws DomainError `external_denied`, `invalid_external_sign_in`, `overloaded`
   */
  async profileOf(id: string, query: string, request: AuthorizationRequest): Promise<ExternalProfile> {
    const callback = this.callbackUrl(id);
    callback.search = query;
    try {
      return await this.inTime(this.clientWith(id).profileOf(callback, request));
    } catch (error) {
      throw exchangeError(error);
    }
  }

  /** The address that is registered with the provider: never one that a request names. */
  private callbackUrl(id: string): URL {
    const base = this.config.baseUrl ?? new URL(this.linkBase.url).origin;
    return new URL(`${base}/api/v1/auth/external/${id}/callback`);
  }

  private clientWith(id: string): ProviderClient {
    const client = this.clients.get(id);
    if (!client) throw new DomainError('not_found', 'There is no provider with this name.');
    return client;
  }

  private clientOf(settings: ExternalProviderConfig): ProviderClient {
    const { allowsPlainLoopback } = this.config;
    const rules: FetchRules = { limits: this.limits, ownHost: new URL(settings.issuer).hostname, allowsPlainLoopback };
    return settings.kind === 'github' ? new GitHubClient(settings, rules) : new OidcClient(settings, rules, this.clock);
  }

  /** Several requests to a provider share the time of one. */
  private async inTime<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new ProviderFault('The provider is too slow')), this.limits.timeoutMs);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
