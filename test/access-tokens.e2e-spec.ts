import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { Keyring } from '../src/platform/config/keyring';
import { type Actor, TestApp } from './support/app';
import type { Problem } from './support/client';
import { onEachDatabase } from './support/databases';

const OLD_SECRET = 'the secret that signed until now - 32 bytes';
const NEW_SECRET = 'the secret that signs from now on - 32 bytes';

onEachDatabase((dialect) => {
  let app: TestApp;
  let alice: Actor;
  let key: KeyObject;
  let kid: string;
  let claims: jwt.JwtPayload;

  beforeAll(async () => {
    app = await TestApp.start(dialect, { APP_SECRET: OLD_SECRET });
    alice = await app.register('alice');
    ({ key, id: kid } = new Keyring([OLD_SECRET]).signing('access-token'));
    claims = jwt.verify(alice.session.accessToken, key, { clockTimestamp: app.clock.now() / 1000 }) as jwt.JwtPayload;
  });

  afterAll(() => app.stop());

  const sign = (changes: object = {}, options: jwt.SignOptions = {}, signingKey: jwt.Secret = key) =>
    jwt.sign(JSON.parse(JSON.stringify({ ...claims, ...changes })) as object, signingKey, {
      algorithm: 'HS256',
      keyid: kid,
      ...options,
      header: { alg: 'HS256', typ: 'at+jwt', ...options.header },
    });

  const statusOf = async (token: string) => {
    const { status, body } = await app.anonymous.as(token).get<Problem>('/users/me');
    return status === 200 ? status : `${status} ${body.code}`;
  };

  it('has the claims of RFC 9068 and is valid for 15 minutes', () => {
    expect(jwt.decode(alice.session.accessToken, { complete: true })?.header).toEqual({
      alg: 'HS256',
      typ: 'at+jwt',
      kid,
    });
    expect(Object.keys(claims).sort()).toEqual([
      'acr',
      'amr',
      'aud',
      'auth_time',
      'exp',
      'iat',
      'iss',
      'jti',
      'sid',
      'sub',
    ]);
    expect(claims.sub).toBe(alice.session.user.id);
    expect(Number(claims.exp) - Number(claims.iat)).toBe(900);
  });

  it('a token made with the same key and claims is valid, so the refusals below are for their own reasons', async () => {
    expect(await statusOf(sign())).toBe(200);
  });

  it('is refused with any other algorithm', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(await statusOf(sign({}, { algorithm: 'HS512', header: { alg: 'HS512' } }))).toBe('401 invalid_token');
    expect(await statusOf(sign({}, { algorithm: 'RS256', header: { alg: 'RS256' } }, privateKey))).toBe(
      '401 invalid_token',
    );
    const [, payload] = sign().split('.');
    for (const alg of ['none', 'None', 'NONE', '']) {
      const header = Buffer.from(JSON.stringify({ alg, typ: 'at+jwt', kid })).toString('base64url');
      expect(await statusOf(`${header}.${payload}.`)).toBe('401 invalid_token');
    }
  });

  it.each([
    ['another audience', { aud: 'somebody-else' }],
    ['another issuer', { iss: 'somebody-else' }],
    ['another user than the session has', { sub: randomUUID() }],
    ['a session that does not exist', { sid: randomUUID() }],
    ['a session id that is no UUID', { sid: "' OR 1=1" }],
    ['no subject', { sub: undefined }],
    ['no session', { sid: undefined }],
    ['an end in the past', { exp: 1 }],
  ])('is refused with %s', async (_, changes) => {
    expect(await statusOf(sign(changes))).toBe('401 invalid_token');
  });

  it('is refused with another type, another key, or a key it does not name', async () => {
    expect(await statusOf(sign({}, { header: { alg: 'HS256', typ: 'JWT' } }))).toBe('401 invalid_token');
    expect(await statusOf(sign({}, {}, 'some other key of more than 32 bytes!!'))).toBe('401 invalid_token');
    expect(await statusOf(sign({}, { keyid: 'unknown1' }))).toBe('401 invalid_token');
    const refreshKey = new Keyring([OLD_SECRET]).signing('refresh-token').key;
    expect(await statusOf(sign({}, {}, refreshKey))).toBe('401 invalid_token');
  });

  it('is refused with any one character changed', async () => {
    const token = alice.session.accessToken;
    for (let index = 0; index < token.length; index += 7) {
      const changed = `${token.slice(0, index)}${token[index] === 'A' ? 'B' : 'A'}${token.slice(index + 1)}`;
      expect(await statusOf(changed)).toBe('401 invalid_token');
    }
  });

  it('a refresh token is not an access token', async () => {
    expect(await statusOf(alice.session.refreshToken)).toBe('401 invalid_token');
  });

  it('expires to the second', async () => {
    const bob = await app.register(`bob${dialect}`);
    app.clock.advance(899_000);
    expect(await statusOf(bob.session.accessToken)).toBe(200);
    app.clock.advance(1_000);
    expect(await statusOf(bob.session.accessToken)).toBe('401 invalid_token');
  });
});

onEachDatabase((dialect) => {
  /** The status of a token signed with the old secret, with these secrets configured. */
  const statusOfOldToken = async (secrets: string) => {
    const app = await TestApp.start(dialect, { APP_SECRET: secrets });
    try {
      const { session } = await app.register('alice');
      const claims = jwt.decode(session.accessToken) as jwt.JwtPayload;
      const { key, id: keyid } = new Keyring([OLD_SECRET]).signing('access-token');
      const header = { alg: 'HS256', typ: 'at+jwt' };
      const old = jwt.sign(claims, key, { algorithm: 'HS256', keyid, header });
      return (await app.anonymous.as(old).get('/users/me')).status;
    } finally {
      await app.stop();
    }
  };

  it('a secret put before the old one logs no one out; one put in its place logs everyone out', async () => {
    expect(await statusOfOldToken(`${NEW_SECRET},${OLD_SECRET}`)).toBe(200);
    expect(await statusOfOldToken(NEW_SECRET)).toBe(401);
  });
});
