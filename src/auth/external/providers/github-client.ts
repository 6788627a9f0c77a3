import * as openid from 'openid-client';
import type { ExternalProviderConfig } from '../../../platform/config/sign-in/external.config';
import { boundedFetch, type FetchRules } from './bounded-fetch';
import type { AuthorizationRequest, ExternalProfile, ProviderClient } from './external-profile';
import { type Claims, objectOf, textOf } from './oidc-claims';
import { allowPlainRequests } from './plain-requests';
import { ProviderFault } from './provider-errors';

/** Speaks OAuth 2.0 with GitHub, which has no ID tokens: accounts are known by their numbers, as names change hands. */
export class GitHubClient implements ProviderClient {
  private readonly config: openid.Configuration;
  private readonly api: string;
  private readonly issuer: string;

  constructor({ issuer, clientId, clientSecret }: ExternalProviderConfig, rules: FetchRules) {
    const base = issuer.replace(/\/+$/, '');
    this.api = base === 'https://github.com' ? 'https://api.github.com' : `${base}/api/v3`;
    this.issuer = `${base}/login/oauth`;
    const metadata = {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/access_token`,
    };
    this.config = new openid.Configuration(metadata, clientId, clientSecret);
    this.config[openid.customFetch] = boundedFetch(rules);
    this.config.timeout = rules.limits.timeoutMs / 1000;
    if (rules.allowsPlainLoopback && base.startsWith('http:')) allowPlainRequests(this.config);
  }

  async authorizationUrl(request: AuthorizationRequest, redirectUri: string): Promise<URL> {
    const { state, verifier, freshSince } = request;
    return openid.buildAuthorizationUrl(this.config, {
      redirect_uri: redirectUri,
      scope: 'user:email',
      state,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      // The most that GitHub offers: its user has to choose an account.
      ...(freshSince !== null && { prompt: 'select_account' }),
    });
  }

  async profileOf(callback: URL, { state, verifier }: AuthorizationRequest): Promise<ExternalProfile> {
    const checks = { expectedState: state, pkceCodeVerifier: verifier };
    const { access_token: token } = await openid.authorizationCodeGrant(this.config, callback, checks);
    const { id, login } = objectOf(await this.read(token, '/user'));
    if (!Number.isSafeInteger(id)) throw new ProviderFault('An account of GitHub has no number');
    const primary = primaryOf(await this.read(token, '/user/emails'));
    return {
      issuer: this.issuer,
      subject: String(id),
      email: textOf(primary?.['email']),
      isEmailVerified: textOf(primary?.['email']) !== null && primary?.['verified'] === true,
      username: textOf(login),
    };
  }

  private async read(token: string, path: string): Promise<unknown> {
    const url = new URL(this.api + path);
    const accept = new Headers({ accept: 'application/vnd.github+json' });
    const answer = await openid.fetchProtectedResource(this.config, token, url, 'GET', undefined, accept);
    if (answer.status !== 200) throw new ProviderFault(`${path} answered ${answer.status}`);
    try {
      return await answer.json();
    } catch (error) {
      throw new ProviderFault(`${path} did not answer with JSON`, { cause: error });
    }
  }
}

/** The primary address; the others may have been added by another person. */
function primaryOf(emails: unknown): Claims | undefined {
  if (!Array.isArray(emails)) throw new ProviderFault('The addresses of an account are not a list');
  return emails.map(objectOf).find(({ primary }) => primary === true);
}
