import { createPublicKey, createSecretKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, createRemoteJWKSet, customFetch, jwtVerify } from 'jose';
import jwt from 'jsonwebtoken';
import { SigningKeySet } from '../src/auth/signing-keys/signing-key-set.service';
import { SigningKeys } from '../src/auth/signing-keys/signing-keys.service';
import { Keyring } from '../src/platform/config/keyring';
import { Database } from '../src/platform/database/database.service';
import { type Actor, TestApp } from './support/app';
import type { Authenticated, Problem } from './support/client';
import { runCommand } from './support/command';
import { createDatabase, onEachDatabase, type TestDatabase } from './support/databases';

const SECRET = 'the secret that everything derives from - 32 bytes';

const ES256 = { APP_SECRET: SECRET, ACCESS_TOKEN_ALGORITHM: 'ES256' };

const [MINUTE, HOUR] = [60_000, 3_600_000];

type PublicKey = JsonWebKey & { kid: string };

/** Only the members of a public key (RFC 7518, 6.2.1), and what it is for. */
const PUBLIC_KEY = {
  ...{ kty: 'EC', crv: 'P-256', use: 'sig', alg: 'ES256' },
  ...Object.fromEntries(['x', 'y', 'kid'].map((name) => [name, expect.stringMatching(/^[\w-]{43}$/)])),
};

const keysOf = async (app: TestApp) => {
  const { status, body } = await app.anonymous.get<{ keys: PublicKey[] }>('//.well-known/jwks.json');
  expect(status).toBe(200);
  return body.keys;
};

const kidOf = ({ accessToken }: Authenticated) => jwt.decode(accessToken, { complete: true })?.header.kid;

const kidsOf = async (app: TestApp) => (await keysOf(app)).map(({ kid }) => kid);

const statusOf = async (app: TestApp, token: string) => {
  const { status, body } = await app.anonymous.as(token).get<Problem>('/users/me');
  return status === 200 ? status : `${status} ${body.code}`;
};

/** A service beside us, which knows our address and nothing else. @param reads how often it has read our keys */
function foreignService({ origin, clock }: TestApp, reads = { count: 0 }) {
  const keys = createRemoteJWKSet(new URL(`${origin}/.well-known/jwks.json`), {
    cooldownDuration: 0,
    cacheMaxAge: Infinity,
    [customFetch]: (...request: Parameters<typeof fetch>) => {
      reads.count += 1;
      return fetch(...request);
    },
  });
  return async ({ accessToken }: Authenticated) => {
    const { payload } = await jwtVerify(accessToken, keys, {
      ...{ issuer: 'latchkey', audience: 'latchkey', typ: 'at+jwt', algorithms: ['ES256'] },
      currentDate: new Date(clock.now()),
    });
    return payload.sub;
  };
}

onEachDatabase((dialect) => {
  describe('with ES256', () => {
    let app: TestApp;
    let alice: Actor;
    let published: PublicKey;
    let privateKey: KeyObject;
    let claims: jwt.JwtPayload;

    beforeAll(async () => {
      app = await TestApp.start(dialect, ES256);
      alice = await app.register('alice');
      [published] = (await keysOf(app)) as [PublicKey];
      privateKey = app.app.get(SigningKeySet).signing().privateKey;
      claims = jwt.decode(alice.session.accessToken) as jwt.JwtPayload;
    });

    afterAll(() => app.stop());

    const publicKey = () => createPublicKey({ key: published, format: 'jwk' });

    const sign = (header: Partial<jwt.JwtHeader> = {}, key: KeyObject = privateKey, changes: object = {}) =>
      jwt.sign({ ...claims, ...changes }, key, {
        algorithm: (header.alg ?? 'ES256') as jwt.Algorithm,
        header: { alg: 'ES256', typ: 'at+jwt', kid: published.kid, ...header },
      });

    it('a service beside us verifies a token by the published key alone', async () => {
      expect(await foreignService(app)(alice.session)).toBe(alice.session.user.id);
      const stranger = {
        ...alice.session,
        accessToken: sign({}, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
      };
      await expect(foreignService(app)(stranger)).rejects.toThrow('signature verification failed');
    });

    it('K3 only public members are published, under the thumbprint of RFC 7638, for everyone and to be cached', async () => {
      const { headers, text, body } = await app.anonymous.get('//.well-known/jwks.json');
      expect(body).toEqual({ keys: [PUBLIC_KEY] });
      expect(text).not.toContain('"d"');
      expect(headers.get('cache-control')).toBe('public, max-age=300');
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(jwt.decode(alice.session.accessToken, { complete: true })?.header).toEqual({
        ...{ alg: 'ES256', typ: 'at+jwt', kid: published.kid },
      });
      expect(published.kid).toBe(await calculateJwkThumbprint({ ...published }));
    });

    it('K3 the database does not contain the private key in the clear', async () => {
      const rows = await app.app.get(Database).manager.query<Record<string, unknown>[]>('SELECT * FROM "signing_keys"');
      expect(rows).toHaveLength(1);
      const dump = JSON.stringify(rows);
      const { d = '' } = privateKey.export({ format: 'jwk' });
      const stored = Buffer.from(String(rows[0]?.['privateKey']), 'base64url');
      expect(dump).not.toContain(d);
      expect(stored.includes(Buffer.from(d, 'base64url'))).toBe(false);
    });

    it('a token made with the same key and claims is valid, so the refusals below are for their own reasons', async () => {
      expect(await statusOf(app, sign())).toBe(200);
    });

    it('K1 is refused when it is signed with the published public key as an HS256 secret', async () => {
      const { x = '', y = '' } = published;
      const secrets = [
        publicKey().export({ type: 'spki', format: 'pem' }),
        publicKey().export({ type: 'spki', format: 'der' }),
        JSON.stringify(published),
        `${x}${y}`,
        Buffer.concat([x, y].map((part) => Buffer.from(part, 'base64url'))),
      ];
      const { id } = new Keyring([SECRET]).signing('access-token');
      for (const secret of secrets) {
        const key = createSecretKey(Buffer.from(secret));
        for (const kid of [published.kid, id]) {
          expect(await statusOf(app, sign({ alg: 'HS256', kid }, key))).toBe('401 invalid_token');
        }
      }
    });

    it('K1 is refused with ES256 under the name of an HS256 key, and with HS256 under that of an ES256 key', async () => {
      const { id: kid, key } = new Keyring([SECRET]).signing('access-token');
      expect(await statusOf(app, sign({ kid }))).toBe('401 invalid_token');
      expect(await statusOf(app, sign({ alg: 'HS256' }, key))).toBe('401 invalid_token');
      expect(await statusOf(app, sign({ alg: 'HS256', kid }, key))).toBe(200);
    });

    it('K1 is refused with an unknown key, an unnamed one, or a signature that is none', async () => {
      const { privateKey: other } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const { privateKey: larger } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
      for (const kid of ['A'.repeat(43), '', 'a', '../../dev/null', "' OR 1=1 --", '\0', '__proto__']) {
        expect(await statusOf(app, sign({ kid }, other))).toBe('401 invalid_token');
        expect(await statusOf(app, sign({ kid }))).toBe('401 invalid_token');
      }
      expect(await statusOf(app, sign({}, other))).toBe('401 invalid_token');
      expect(await statusOf(app, sign({ alg: 'ES384' }, larger))).toBe('401 invalid_token');
      const [header, payload] = sign().split('.');
      for (const signature of ['', Buffer.alloc(64).toString('base64url'), Buffer.alloc(63, 1).toString('base64url')]) {
        expect(await statusOf(app, `${header}.${payload}.${signature}`)).toBe('401 invalid_token');
      }
    });

    it('K1 is refused with a key or an address of a key in its header, and with any parameter that we do not use', async () => {
      const { privateKey: other, publicKey: own } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const headers = [
        { jwk: own.export({ format: 'jwk' }) },
        { jku: 'https://attacker.example/jwks.json' },
        { x5u: 'https://attacker.example/chain.pem' },
        { x5c: [own.export({ type: 'spki', format: 'der' }).toString('base64')] },
        { crit: ['b64'], b64: false },
        { crit: ['exp'] },
        { crit: [] },
        { zip: 'DEF' },
        { cty: 'JWT' },
      ];
      for (const header of headers) {
        // Also with a good signature: such a token was not made by us.
        for (const key of [other, privateKey]) {
          expect([header, await statusOf(app, sign(header as Partial<jwt.JwtHeader>, key))]).toEqual([
            header,
            '401 invalid_token',
          ]);
        }
      }
    });

    it('K1 checks type, issuer, audience and expiry as with HS256', async () => {
      expect(await statusOf(app, sign({ typ: 'JWT' }))).toBe('401 invalid_token');
      for (const changes of [{ aud: 'another' }, { iss: 'another' }, { exp: 1 }, { sub: 'nobody' }]) {
        expect(await statusOf(app, sign({}, privateKey, changes))).toBe('401 invalid_token');
      }
    });

    it('K1 a key that anyone writes into the database is neither trusted nor published', async () => {
      const { privateKey: own, publicKey: half } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const kid = await calculateJwkThumbprint({ ...half.export({ format: 'jwk' }) });
      const { manager } = app.app.get(Database);
      const insert = (id: string, name: string, stored: string) =>
        manager.query(
          `INSERT INTO "signing_keys" ("id", "kid", "privateKey", "createdAt", "signsFrom") VALUES ($1, $2, $3, 0, 0)`,
          [id, name, stored],
        );
      const [row] = await manager.query<{ privateKey: string }[]>('SELECT "privateKey" FROM "signing_keys"');
      const plain = own.export({ type: 'pkcs8', format: 'der' }).toString('base64url');
      await insert('019aa3d2-5f30-7c44-9b1e-2f6d8a1c0e57', kid, plain);
      await insert('019aa3d2-5f30-7c44-9b1e-2f6d8a1c0e58', 'A'.repeat(43), row?.privateKey ?? '');
      expect(await statusOf(app, sign({ kid }, own))).toBe('401 invalid_token');
      expect(await statusOf(app, sign({ kid: 'A'.repeat(43) }))).toBe('401 invalid_token');
      expect(await kidsOf(app)).toEqual([published.kid]);
      await manager.query(`DELETE FROM "signing_keys" WHERE "signsFrom" = 0`);
    });

    it('a token is not called invalid while its key cannot be looked up', async () => {
      const { manager } = app.app.get(Database);
      await manager.query('ALTER TABLE "signing_keys" RENAME TO "elsewhere"');
      try {
        expect(await statusOf(app, sign({ kid: 'A'.repeat(43) }))).toBe('500 internal_error');
        expect(await statusOf(app, sign())).toBe(200);
      } finally {
        await manager.query('ALTER TABLE "elsewhere" RENAME TO "signing_keys"');
      }
      expect(await statusOf(app, sign({ kid: 'A'.repeat(43) }))).toBe('401 invalid_token');
    });

    it('K1 a flood of unknown keys reads the database a few times a second, and locks no one out', async () => {
      const reads = jest.spyOn(app.app.get(Database), 'select');
      try {
        const startedAt = performance.now();
        const { privateKey: other } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
        const unknown = Array.from({ length: 200 }, (_, at) => sign({ kid: String(at).padStart(43, 'A') }, other));
        const flood = Promise.all(unknown.map((token) => statusOf(app, token)));
        const bob = await app.register('bob');
        expect(await statusOf(app, bob.session.accessToken)).toBe(200);
        expect(new Set(await flood)).toEqual(new Set(['401 invalid_token']));
        const intervals = Math.ceil((performance.now() - startedAt) / 100);
        const ofKeys = reads.mock.calls.filter(([{ name }]) => name === 'SigningKey');
        expect(ofKeys.length).toBeLessThanOrEqual(intervals + 1);
      } finally {
        reads.mockRestore();
      }
    });
  });

  describe('the algorithm and its keys', () => {
    let database: TestDatabase;
    const apps: TestApp[] = [];

    beforeEach(async () => (database = await createDatabase(dialect)));

    afterEach(async () => {
      await stopAll();
      await database.drop();
    });

    const stopAll = async () => {
      await Promise.all(apps.splice(0).map(({ app }) => app.close()));
    };

    const start = async (env: Record<string, string>) => {
      const app = await TestApp.on(database, { APP_SECRET: SECRET, ...env });
      apps.push(app);
      return app;
    };

    const restart = async (app: TestApp, env: Record<string, string>) => {
      const passed = app.clock.now();
      await stopAll();
      const next = await start(env);
      next.clock.advance(passed - next.clock.now());
      return next;
    };

    const rotate = (...args: string[]) => runCommand({ ...database.env, ...ES256 }, ['keys:rotate', ...args]);

    it('a change of the algorithm logs no one out: tokens of the other one are valid until they expire', async () => {
      let app = await start({});
      expect(await keysOf(app)).toEqual([]);
      const alice = await app.register('alice');

      app = await restart(app, ES256);
      expect(await statusOf(app, alice.session.accessToken)).toBe(200);
      const bob = await app.register('bob');
      const kids = await kidsOf(app);
      expect(kids).toEqual([kidOf(bob.session)]);

      app = await restart(app, {});
      for (const { session } of [alice, bob]) expect(await statusOf(app, session.accessToken)).toBe(200);
      const carol = await app.register('carol');
      expect(kidOf(carol.session)).toBe(kidOf(alice.session));
      // Other services verify the last tokens of ES256 until they expire. Then the key goes.
      await app.runJob('purge-signing-keys');
      expect(await kidsOf(app)).toEqual(kids);
      app.clock.advance(15 * MINUTE);
      expect(await statusOf(app, bob.session.accessToken)).toBe('401 invalid_token');
      app.clock.advance(HOUR);
      await app.runJob('purge-signing-keys');
      expect(await keysOf(app)).toEqual([]);
    });

    it('a return to ES256 continues with the key that has not ended yet', async () => {
      let app = await start(ES256);
      const alice = await app.register('alice');
      app = await restart(app, {});
      await app.runJob('purge-signing-keys');
      app = await restart(app, ES256);
      const bob = await app.register('bob');
      expect(kidOf(bob.session)).toBe(kidOf(alice.session));
      const [next, first] = await kidsOf(app);
      expect(first).toBe(kidOf(alice.session));
      app.clock.advance(HOUR + MINUTE);
      expect(kidOf((await app.register('carol')).session)).toBe(next);
    });

    it('a restart, and several instances that start at once, share one first key', async () => {
      const [one, two] = await Promise.all([start(ES256), start(ES256)]);
      const kids = await kidsOf(one);
      expect(kids).toHaveLength(1);
      expect(await kidsOf(two)).toEqual(kids);
      expect(kidOf((await one.register('alice')).session)).toBe(kids[0]);
      expect(kidOf((await two.register('bob')).session)).toBe(kids[0]);
      expect(await kidsOf(await restart(one, ES256))).toEqual(kids);
    });

    it('K2 the next key is published an hour before it signs, and kept until the last token of the one before has ended', async () => {
      const app = await start({ ...ES256, ACCESS_TOKEN_TTL: '3600' });
      const [first] = await kidsOf(app);
      expect(await app.app.get(SigningKeys).rotate()).toBe(app.clock.now() + HOUR);
      const [next, ...others] = await kidsOf(app);
      expect(others).toEqual([first]);
      // It has read the keys for the last time.
      const reads = { count: 0 };
      const verify = foreignService(app, reads);
      const alice = await app.register('alice');
      expect(await verify(alice.session)).toBe(alice.session.user.id);

      app.clock.advance(59 * MINUTE);
      const bob = await app.register('bob');
      expect(kidOf(bob.session)).toBe(first);
      app.clock.advance(MINUTE);
      const carol = await app.register('carol');
      expect(kidOf(carol.session)).toBe(next);

      app.clock.advance(59 * MINUTE - 1000);
      await app.runJob('purge-signing-keys');
      expect(await kidsOf(app)).toEqual([next, first]);
      for (const { session } of [bob, carol]) {
        expect(await statusOf(app, session.accessToken)).toBe(200);
        expect(await verify(session)).toBe(session.user.id);
      }
      expect(reads.count).toBe(1);

      app.clock.advance(10 * MINUTE);
      await app.runJob('purge-signing-keys');
      expect(await kidsOf(app)).toEqual([next]);
    });

    it('K2 a rotation under load loses no request', async () => {
      const app = await start({ ...ES256, ACCESS_TOKEN_TTL: '900' });
      const verify = foreignService(app);
      const actors = await Promise.all(['alice', 'bob', 'carol', 'dave'].map((name) => app.register(name)));
      let sessions = actors.map(({ session }) => session);
      const seen = new Set<string | undefined>();
      const refresh = async ({ refreshToken }: Authenticated) => {
        const { status, body } = await app.anonymous.post<Authenticated>('/auth/refresh', { refreshToken });
        expect(status).toBe(200);
        expect(await statusOf(app, body.accessToken)).toBe(200);
        expect(await verify(body)).toBe(body.user.id);
        seen.add(kidOf(body));
        return body;
      };
      // Over two hours, in which two rotations begin: everybody refreshes, uses the old token and the new one.
      for (let step = 0; step < 16; step += 1) {
        const rotation = step === 2 || step === 9 ? rotate() : undefined;
        const held = sessions;
        sessions = await Promise.all(held.map(refresh));
        for (const { accessToken } of held) expect(await statusOf(app, accessToken)).toBe(200);
        if (rotation) expect(await rotation).toMatchObject({ code: 0 });
        if (step % 2 === 0) await Promise.all([app.runJob('refresh-signing-keys'), app.runJob('purge-signing-keys')]);
        app.clock.advance(10 * MINUTE);
      }
      expect(seen.size).toBe(3);
    });

    it('K2 an instance accepts a key at once that another one has created', async () => {
      const first = await start(ES256);
      // Passport knows one strategy in a process: that of the second instance, which has not read the next key.
      const second = await start(ES256);
      expect(await rotate()).toMatchObject({ code: 0 });
      await first.runJob('refresh-signing-keys');
      for (const { clock } of [first, second]) clock.advance(HOUR + MINUTE);
      const alice = await first.register('alice');
      const bob = await second.register('bob');
      expect(kidOf(alice.session)).not.toBe(kidOf(bob.session));
      for (const { session } of [alice, bob]) expect(await statusOf(second, session.accessToken)).toBe(200);
    });

    it('keys:rotate --drop-old ends the other keys, and the newest needs only the first secret', async () => {
      const NEXT = 'the secret that replaces the other one - 32 bytes';
      let app = await start(ES256);
      const alice = await app.register('alice');
      await rotate();
      const [next] = await kidsOf(app);
      const env = { ...ES256, APP_SECRET: `${NEXT},${SECRET}` };
      expect(await runCommand({ ...database.env, ...env }, ['keys:rotate', '--drop-old'])).toMatchObject({ code: 0 });
      app = await restart(app, { ...ES256, APP_SECRET: NEXT });
      expect(await kidsOf(app)).toEqual([next]);
      expect(kidOf((await app.register('bob')).session)).toBe(next);
      expect(await statusOf(app, alice.session.accessToken)).toBe('401 invalid_token');
    });

    it('a secret put in the place of the old one ends the keys that only the old one decrypts', async () => {
      let app = await start(ES256);
      const alice = await app.register('alice');
      app = await restart(app, { ...ES256, APP_SECRET: 'the secret that replaces a stolen one - 32 bytes' });
      const bob = await app.register('bob');
      expect(await kidsOf(app)).toEqual([kidOf(bob.session)]);
      expect(await statusOf(app, alice.session.accessToken)).toBe('401 invalid_token');
    });

    it('keys:rotate with HS256 creates no key', async () => {
      const app = await start({});
      expect(await runCommand({ ...database.env, APP_SECRET: SECRET }, ['keys:rotate'])).toMatchObject({ code: 0 });
      expect(await keysOf(app)).toEqual([]);
    });
  });
});
