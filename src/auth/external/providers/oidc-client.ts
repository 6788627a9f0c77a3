import * as openid from 'openid-client';
import type { ExternalProviderConfig } from '../../../platform/config/sign-in/external.config';
import type { Clock } from '../../../platform/kernel/clock.service';
import { assertAllowed, boundedFetch, type FetchRules } from './bounded-fetch';
import type { AuthorizationRequest, ExternalProfile, ProviderClient } from './external-profile';
import { assertFresh, assertTrusted, profileOf } from './oidc-claims';
import { allowPlainRequests } from './plain-requests';

/** Speaks OpenID Connect: authorization code flow with PKCE, state, nonce and `iss` (RFC 9700, 2.1). */
export class OidcClient implements ProviderClient {
  private known: { readonly config: Promise<openid.Configuration>; readonly until: number } | null = null;

  constructor(
    private readonly settings: ExternalProviderConfig,
    private readonly rules: FetchRules,
    private readonly clock: Clock,
    private readonly fetch: openid.CustomFetch = boundedFetch(rules),
  ) {}

  async authorizationUrl(request: AuthorizationRequest, redirectUri: string): Promise<URL> {
    const { state, nonce, verifier, freshSince } = request;
    const url = openid.buildAuthorizationUrl(await this.configuration(), {
      redirect_uri: redirectUri,
      scope: 'openid email profile',
      state,
      nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(freshSince !== null && { prompt: promptOf(this.settings), max_age: '0' }),
    });
    assertAllowed(url, this.rules);
    return url;
  }

  async profileOf(callback: URL, request: AuthorizationRequest): Promise<ExternalProfile> {
    const { state, nonce, verifier, freshSince } = request;
    const config = await this.configuration();
    const tokens = await openid.authorizationCodeGrant(config, callback, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const token = tokens.claims();
    if (!token) throw new TypeError('There is no ID token');
    assertTrusted(token, this.settings, this.clock.now());
    assertFresh(token, freshSince);
    const { userinfo_endpoint: hasMore } = config.serverMetadata();
    const isSilent = token['email'] === undefined && hasMore !== undefined;
    const about = isSilent ? await openid.fetchUserInfo(config, tokens.access_token, token.sub) : {};
    return profileOf(token, { ...about, ...token }, this.settings);
  }

  /** The metadata of the provider. A failure is not kept. */
  private configuration(): Promise<openid.Configuration> {
    const now = this.clock.now();
    if (!this.known || this.known.until <= now) {
      const config = this.discover();
      const known = { config, until: now + this.rules.limits.metadataTtlMs };
      this.known = known;
      config.catch(() => {
        if (this.known === known) this.known = null;
      });
    }
    return this.known.config;
  }

  private discover(): Promise<openid.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    const isPlain = this.rules.allowsPlainLoopback && issuer.startsWith('http:');
    return openid.discovery(new URL(issuer), clientId, undefined, authenticatedBy(clientSecret), {
      [openid.customFetch]: this.fetch,
      timeout: this.rules.limits.timeoutMs / 1000,
      // Otherwise the signature of an ID token that came over TLS is not verified.
      execute: [openid.enableNonRepudiationChecks, ...(isPlain ? [allowPlainRequests] : [])],
    });
  }
}

/** Google refuses `login`, and lets its users choose an account instead; either way they have to do something. */
const promptOf = ({ issuer }: ExternalProviderConfig) =>
  issuer === 'https://accounts.google.com' ? 'select_account' : 'login';

/** Authenticates as the provider wants it: in the form, or in a header, which is the default of the specification. */
const authenticatedBy =
  (secret: string): openid.ClientAuth =>
  (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const isBasic = !methods.includes('client_secret_post') && methods.includes('client_secret_basic');
    (isBasic ? openid.ClientSecretBasic : openid.ClientSecretPost)(secret)(server, client, body, headers);
  };
