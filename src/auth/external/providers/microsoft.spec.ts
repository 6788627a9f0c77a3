import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CustomFetch } from 'openid-client';
import { ExternalConfig } from '../../../platform/config/sign-in/external.config';
import { Clock } from '../../../platform/kernel/clock.service';
import { OidcClient } from './oidc-client';
import { ProviderLimits } from './provider-limits.service';

const OURS = ['11111111-2222-3333-4444-555555555555', '66666666-7777-8888-9999-000000000000'];
const FOREIGN = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee';
const BASE = 'https://login.microsoftonline.com';
const REQUEST = { state: 'state', nonce: 'nonce', freshSince: null, verifier: 'v'.repeat(43) };

const json = (body: unknown) =>
  Promise.resolve(new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } }));

describe('Microsoft, with two listed tenants', () => {
  let keys: Awaited<ReturnType<typeof generateKeyPair>>;

  beforeAll(async () => {
    keys = await generateKeyPair('RS256', { extractable: true });
  });

  /** A sign-in whose ID token has these claims. */
  async function profileWith(claims: Record<string, unknown>) {
    const [settings] = new ExternalConfig({
      EXTERNAL_PROVIDERS: 'microsoft',
      EXTERNAL_MICROSOFT_TENANTS: OURS.join(),
      EXTERNAL_MICROSOFT_CLIENT_ID: 'latchkey',
      EXTERNAL_MICROSOFT_CLIENT_SECRET: 'secret',
    }).providers;
    if (!settings) throw new Error('There is no provider');
    const token = new SignJWT({ nonce: 'nonce', sub: 'subject', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'key' })
      .setAudience('latchkey')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(keys.privateKey);
    const answers: Record<string, () => Promise<Response>> = {
      [`${BASE}/organizations/v2.0/.well-known/openid-configuration`]: () =>
        json({
          issuer: `${BASE}/{tenantid}/v2.0`,
          authorization_endpoint: `${BASE}/organizations/oauth2/v2.0/authorize`,
          token_endpoint: `${BASE}/organizations/oauth2/v2.0/token`,
          jwks_uri: `${BASE}/keys`,
          id_token_signing_alg_values_supported: ['RS256'],
        }),
      [`${BASE}/organizations/oauth2/v2.0/token`]: async () =>
        json({ access_token: 'x', token_type: 'Bearer', id_token: await token }),
      [`${BASE}/keys`]: async () => json({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'key', use: 'sig' }] }),
    };
    const fetch: CustomFetch = (url) => answers[url]?.() ?? Promise.reject(new Error(`${url} is not expected`));
    const rules = { limits: new ProviderLimits(), ownHost: 'login.microsoftonline.com', allowsPlainLoopback: false };
    const client = new OidcClient(settings, rules, new Clock(), fetch);
    return client.profileOf(new URL('https://api.example.com/callback?code=x&state=state'), REQUEST);
  }

  const of = (tenant: string, claims: object = {}) =>
    profileWith({ iss: `${BASE}/${tenant}/v2.0`, tid: tenant, email: 'alice@example.com', ...claims });

  it.each(OURS)('members of %s are known by their own issuer', async (tenant) => {
    expect(await of(tenant)).toMatchObject({ issuer: `${BASE}/${tenant}/v2.0`, subject: 'subject' });
  });

  it('X2 X6 a member of another tenant is refused, whatever address it was given (nOAuth)', async () => {
    await expect(of(FOREIGN, { xms_edov: true })).rejects.toThrow('The tenant is not listed');
  });

  it.each([
    ['another tenant in its issuer', { iss: `${BASE}/${FOREIGN}/v2.0`, tid: OURS[0] }],
    ['no tenant', { iss: `${BASE}/${OURS[0] ?? ''}/v2.0` }],
    ['the template as issuer', { iss: `${BASE}/{tenantid}/v2.0`, tid: OURS[0] }],
    ['a list of tenants', { iss: `${BASE}/${OURS[0] ?? ''}/v2.0`, tid: [OURS[0]] }],
  ])('X2 an ID token with %s is refused', async (_, claims) => {
    await expect(profileWith(claims)).rejects.toThrow();
  });

  it('X6 an address counts as verified only where Microsoft says that the domain is the tenant’s', async () => {
    const [tenant = ''] = OURS;
    const verdicts = [true, '1', 1, 'true', false, 0, undefined].map(async (edov) => {
      const { isEmailVerified } = await of(tenant, { xms_edov: edov, email_verified: true });
      return [edov, isEmailVerified];
    });
    expect(await Promise.all(verdicts)).toEqual([
      [true, true],
      ['1', true],
      [1, true],
      ['true', false],
      [false, false],
      [0, false],
      [undefined, false],
    ]);
  });
});
