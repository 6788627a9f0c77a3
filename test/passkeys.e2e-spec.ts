import { createHash } from 'node:crypto';
import WebAuthnEmulator, { AuthenticatorEmulator } from 'nid-webauthn-emulator';
import { Database } from '../src/platform/database/database.service';
import { type Actor, TestApp } from './support/app';
import type { Answer, AuditEventBody, Authenticated, Client, PageBody, Problem } from './support/client';
import { onEachDatabase } from './support/databases';
import {
  addPasskey,
  type Algorithm,
  type Claims,
  type CreationCeremony,
  HandmadePasskey,
  type RequestCeremony,
} from './support/passkeys';

interface PasskeyBody {
  id: string;
  name: string;
  isBackedUp: boolean;
  createdAt: string;
  lastUsedAt: string | null;
}

const told = ({ status, body }: Answer<Problem>) => [status, body.code];

onEachDatabase((dialect) => {
  let app: TestApp;
  let origin: string;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
    origin = app.origin.replace('127.0.0.1', 'localhost');
  });

  beforeEach(() => app.empty());

  afterAll(() => app.stop());

  const newPasskey = (algorithm?: Algorithm, id?: string) => new HandmadePasskey(origin, algorithm, id);

  const passkeysOf = async (owner: Client) => (await owner.get<PageBody<PasskeyBody>>('/auth/passkeys')).body.items;

  const begin = async (owner: Client) => (await owner.post<CreationCeremony>('/auth/passkeys/options')).body;

  const add = (owner: Client, body: object) => owner.post<Problem>('/auth/passkeys', body);

  /** The owner after a login by passkey, which allows whatever needs a recent authentication. */
  const logIn = async (passkey: HandmadePasskey): Promise<Client> => {
    const { body: options } = await app.anonymous.post<RequestCeremony>('/auth/passkeys/login/options');
    const { status, body } = await app.anonymous.post<Authenticated>(
      '/auth/passkeys/login',
      passkey.assertion(options),
    );
    expect(status).toBe(200);
    return app.anonymous.as(body.accessToken);
  };

  /** An account with a passkey, after a login with it. */
  const registerWithPasskey = async (name?: string) => {
    const owner = await app.registerProven(name);
    const passkey = newPasskey();
    const { status, body } = await addPasskey(owner, passkey);
    expect(status).toBe(201);
    return { owner, passkey, id: body.id, strong: await logIn(passkey) };
  };

  const removePassword = ({ session }: Actor) =>
    app.app.get(Database).query('DELETE FROM "password_credentials" WHERE "userId" = $1', [session.user.id]);

  it.each(['ES256', 'EdDSA', 'RS256'] as const)(
    'a passkey of %s, made by an authenticator that others wrote, is added, listed, and signs in without a password',
    async (algorithm) => {
      const alice = await app.register('alice');
      const emulator = new WebAuthnEmulator(new AuthenticatorEmulator({ algorithmIdentifiers: [algorithm] }));
      const { ceremony, publicKey } = await begin(alice);
      const response = emulator.createJSON(origin, publicKey);
      const made = await alice.post<PasskeyBody>('/auth/passkeys', { ceremony, response, name: 'Laptop' });
      expect([made.status, made.body.name, made.body.lastUsedAt]).toEqual([201, 'Laptop', null]);
      expect(await passkeysOf(alice)).toEqual([made.body]);
      const options = (await app.anonymous.post<RequestCeremony>('/auth/passkeys/login/options')).body;
      const answer = { ceremony: options.ceremony, response: emulator.getJSON(origin, options.publicKey) };
      const signedIn = await app.anonymous.post<Authenticated>('/auth/passkeys/login', answer);
      expect([signedIn.status, signedIn.body.user.username]).toEqual([200, 'alice']);
      expect((await passkeysOf(alice))[0]?.lastUsedAt).toBe(new Date(app.clock.now()).toISOString());
    },
  );

  it('what a browser is asked for: a resident key, user verification, no attestation, and a handle of 32 random bytes', async () => {
    const alice = await app.register('alice');
    const { publicKey } = await begin(alice);
    expect(publicKey).toMatchObject({
      rp: { id: 'localhost' },
      user: { name: 'alice', id: expect.stringMatching(/^[\w-]{43}$/) as string },
      challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      excludeCredentials: [],
      timeout: 300_000,
    });
    expect(publicKey.pubKeyCredParams.map(({ alg }) => alg)).toEqual([-8, -7, -257]);
    const passkey = newPasskey();
    expect((await addPasskey(alice, passkey)).status).toBe(201);
    const strong = await logIn(passkey);
    const [one, other] = [await begin(strong), await begin(strong)];
    expect(one.publicKey.excludeCredentials).toMatchObject([{ id: passkey.id, transports: ['internal'] }]);
    expect([one, other].map((asked) => asked.publicKey.user.id)).toEqual([passkey.userHandle, passkey.userHandle]);
    expect(one.publicKey.challenge).not.toBe(other.publicKey.challenge);
    expect((await begin(await app.register('bob'))).publicKey.user.id).not.toBe(passkey.userHandle);
  });

  it('the owner is told of an added and a removed passkey by mail and in the activity, and has it in the export', async () => {
    const { owner, id, strong } = await registerWithPasskey('alice');
    const exported = await strong.get<{ passkeys: object[] }>('/users/me/export');
    expect(exported.body.passkeys).toMatchObject([{ id, name: 'Passkey' }]);
    expect(exported.text).not.toMatch(/publicKey|credentialId/);
    expect((await strong.delete(`/auth/passkeys/${id}`)).status).toBe(204);
    const { body } = await owner.get<PageBody<AuditEventBody>>('/auth/activity');
    expect(body.items.map(({ type }) => type).filter((type) => type.startsWith('passkey'))).toEqual([
      'passkey.removed',
      'passkey.added',
    ]);
    const subjects = (await app.mailTo('alice@example.com')).map(({ subject }) => subject);
    expect(subjects).toEqual(
      expect.arrayContaining(['A passkey was added to your account', 'A passkey was removed from your account']),
    );
  });

  it('a passkey is renamed, and a removed one is refused at once', async () => {
    const { passkey, id, strong } = await registerWithPasskey();
    const renamed = await strong.patch<PasskeyBody>(`/auth/passkeys/${id}`, { name: 'Key on the ring' });
    expect([renamed.status, renamed.body.name]).toEqual([200, 'Key on the ring']);
    expect((await strong.patch(`/auth/passkeys/${id}`, { name: '' })).status).toBe(400);
    const options = (await app.anonymous.post<RequestCeremony>('/auth/passkeys/login/options')).body;
    expect((await strong.delete(`/auth/passkeys/${id}`)).status).toBe(204);
    const late = await app.anonymous.post<Problem>('/auth/passkeys/login', passkey.assertion(options));
    expect(told(late)).toEqual([401, 'invalid_passkey']);
    expect((await strong.delete(`/auth/passkeys/${id}`)).status).toBe(404);
  });

  it('E2 adding and removing need a recent authentication, of two factors where the account has them', async () => {
    const alice = await app.register('alice');
    app.clock.advance(301_000);
    expect(told(await alice.post<Problem>('/auth/passkeys/options'))).toEqual([401, 'step_up_required']);
    const { body } = await addPasskey(await app.logIn('alice'), newPasskey());
    const fresh = await app.logIn('alice');
    const refusals = [
      await fresh.post<Problem>('/auth/passkeys/options'),
      await fresh.post<Problem>('/auth/passkeys', newPasskey().registration(await begin(await app.register()))),
      await fresh.delete<Problem>(`/auth/passkeys/${body.id}`),
    ];
    expect(refusals.map(told)).toEqual(refusals.map(() => [401, 'step_up_required']));
  });

  it("P7 another's passkey is 403, a missing one 404, and both stay as they are", async () => {
    const [{ id, owner }, { strong }] = [await registerWithPasskey(), await registerWithPasskey()];
    const missing = '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11';
    for (const [of, status] of [
      [id, 403],
      [missing, 404],
      ['x', 400],
    ] as const) {
      expect((await strong.patch(`/auth/passkeys/${of}`, { name: 'Mine' })).status).toBe(status);
      expect((await strong.delete(`/auth/passkeys/${of}`)).status).toBe(status);
    }
    expect((await passkeysOf(owner)).map(({ name }) => name)).toEqual(['Passkey']);
  });

  it('E8 the last way to sign in stays: 409, also when the last two are removed at once', async () => {
    const { owner, strong, id } = await registerWithPasskey();
    const second = await addPasskey(strong, newPasskey());
    await removePassword(owner);
    const ids = [id, second.body.id];
    const removed = await Promise.all(ids.map((one) => strong.delete<Problem>(`/auth/passkeys/${one}`)));
    expect(removed.map(({ status }) => status).sort()).toEqual([204, 409]);
    expect(removed.find(({ status }) => status === 409)?.body.code).toBe('last_sign_in_method');
    const [left, ...others] = await passkeysOf(owner);
    expect(others).toEqual([]);
    expect((await strong.delete<Problem>(`/auth/passkeys/${left?.id ?? ''}`)).body.code).toBe('last_sign_in_method');
  });

  it('P6 the 11th passkey is refused, also when it comes with the 10th at once', async () => {
    const { owner, strong } = await registerWithPasskey();
    for (let count = 2; count < 10; count += 1) expect((await addPasskey(strong, newPasskey())).status).toBe(201);
    const bodies = [newPasskey().registration(await begin(strong)), newPasskey().registration(await begin(strong))];
    const answers = await Promise.all(bodies.map((body) => add(strong, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 403]);
    expect(answers.find(({ status }) => status === 403)?.body).toMatchObject({
      code: 'quota_exceeded',
      quota: { name: 'passkeys', limit: 10, used: 10 },
    });
    expect((await owner.get<PageBody<PasskeyBody>>('/auth/passkeys?limit=50')).body.items).toHaveLength(10);
  });

  it('P6 a passkey is added once, for whichever account', async () => {
    const { passkey, strong, owner } = await registerWithPasskey();
    expect(told(await add(strong, passkey.registration(await begin(strong))))).toEqual([409, 'conflict']);
    const bob = await app.register();
    expect(told(await add(bob, passkey.registration(await begin(bob))))).toEqual([409, 'conflict']);
    expect([(await passkeysOf(owner)).length, (await passkeysOf(bob)).length]).toEqual([1, 0]);
  });

  it('P6 an id of 1023 bytes is taken, one of 1024 is not', async () => {
    const alice = await app.register();
    const idOf = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64url');
    const tooLong = await add(alice, newPasskey('ES256', idOf(1024)).registration(await begin(alice)));
    expect(told(tooLong)).toEqual([400, 'validation_failed']);
    const longest = newPasskey('ES256', idOf(1023));
    expect((await addPasskey(alice, longest)).status).toBe(201);
    await logIn(longest);
  });

  const selfAttested = (passkey: HandmadePasskey, statement: Record<string, unknown>): Partial<Claims> => ({
    attestation: {
      fmt: 'packed',
      attStmt: new Map(Object.entries({ alg: -7, sig: passkey.sign(Buffer.alloc(1)), ...statement })),
    },
  });

  it.each<[string, Algorithm, (passkey: HandmadePasskey) => Partial<Claims>]>([
    ['without user verification', 'ES256', () => ({ isVerified: false })],
    ['without user presence', 'ES256', () => ({ isPresent: false })],
    ['backed up, though it cannot be', 'ES256', () => ({ isBackedUp: true })],
    ['not resident', 'ES256', () => ({ clientExtensionResults: { credProps: { rk: false } } })],
    ['of an algorithm that was not offered', 'ES384', () => ({})],
    ['of another domain', 'ES256', () => ({ rpId: 'example.com' })],
    ['of another origin', 'ES256', () => ({ origin: 'https://localhost' })],
    ['of another type', 'ES256', () => ({ type: 'webauthn.get' })],
    ['from a page within another', 'ES256', () => ({ clientData: { crossOrigin: true } })],
    ['with another challenge', 'ES256', () => ({ challenge: 'AAAA' })],
    ['with a forged attestation', 'ES256', (passkey) => selfAttested(passkey, {})],
    ['with certificates', 'ES256', (passkey) => selfAttested(passkey, { x5c: [new Uint8Array(1)] })],
    ['with an unknown attestation', 'ES256', () => ({ attestation: { fmt: 'magic', attStmt: new Map() } })],
    [
      'with a statement for no attestation',
      'ES256',
      () => ({ attestation: { fmt: 'none', attStmt: new Map([['a', 1]]) } }),
    ],
  ])('P6 a passkey %s is refused, with one text, and nothing is stored', async (_, algorithm, claims) => {
    const alice = await app.register();
    const passkey = newPasskey(algorithm);
    const answer = await add(alice, passkey.registration(await begin(alice), claims(passkey)));
    expect([...told(answer), answer.body.detail]).toEqual([
      ...[401, 'invalid_passkey', 'The passkey is not valid. Start over.'],
    ]);
    expect(await passkeysOf(alice)).toEqual([]);
    expect(await app.app.get(Database).query('SELECT "userId" FROM "user_handles"')).toEqual([]);
  });

  it('P6 a passkey that attests itself, as some browsers keep it, is taken', async () => {
    const alice = await app.register();
    const passkey = newPasskey();
    const asked = await begin(alice);
    const plain = passkey.registration(asked).response.response;
    // The signature is over what comes without it, too.
    const decoded = Buffer.from(plain.attestationObject, 'base64url');
    const authData = decoded.subarray(decoded.indexOf('authData') + 'authData'.length + 2);
    const hash = createHash('sha256').update(Buffer.from(plain.clientDataJSON, 'base64url')).digest();
    const sig = new Uint8Array(passkey.sign(Buffer.concat([authData, hash])));
    const attestation = {
      fmt: 'packed',
      attStmt: new Map<string, number | Uint8Array>([
        ['alg', -7],
        ['sig', sig],
      ]),
    };
    expect((await add(alice, passkey.registration(asked, { attestation }))).status).toBe(201);
  });

  it('P6 whatever else is sent is 400, never 5xx', async () => {
    const alice = await app.register();
    const { ceremony, response } = newPasskey().registration(await begin(alice));
    const bodies = [
      {},
      { ceremony },
      { ceremony, response: null },
      { ceremony, response: [] },
      { ceremony, response: { ...response, type: 'password' } },
      { ceremony, response: { ...response, id: 'not base64url!' } },
      { ceremony, response: { ...response, more: 1 } },
      { ceremony, response: { ...response, response: { ...response.response, clientDataJSON: 'A'.repeat(4097) } } },
      { ceremony, response: { ...response, response: { ...response.response, transports: ['a,b'] } } },
      { ceremony, response, name: 'x'.repeat(101) },
    ];
    for (const body of bodies) expect(told(await add(alice, body))).toEqual([400, 'validation_failed']);
    const garbage = {
      ...response,
      response: { ...response.response, attestationObject: 'AAAA', clientDataJSON: 'AAAA' },
    };
    expect(told(await add(alice, { ceremony, response: garbage }))).toEqual([401, 'invalid_passkey']);
  });

  it('P1 a registration is answered once of 20 at once, in its session alone, and within 5 minutes', async () => {
    const { passkey, strong } = await registerWithPasskey();
    const asked = await begin(strong);
    const bodies = Array.from({ length: 20 }, () => newPasskey().registration(asked));
    const [elsewhere, stranger] = [await logIn(passkey), (await registerWithPasskey()).strong];
    for (const other of [elsewhere, stranger]) {
      expect(told(await add(other, bodies[0] ?? {}))).toEqual([401, 'invalid_passkey']);
    }
    const answers = await Promise.all(bodies.map((body) => add(strong, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(401)]);
    expect(await passkeysOf(strong)).toHaveLength(2);
    const fresh = await app.register();
    const expired = newPasskey().registration(await begin(fresh));
    app.clock.advance(300_000);
    expect(told(await add(fresh, expired))).toEqual([401, 'invalid_passkey']);
  });

  it('P1 of two first passkeys at once that authenticators know by different handles, one is taken', async () => {
    const alice = await app.register();
    const bodies = [newPasskey().registration(await begin(alice)), newPasskey().registration(await begin(alice))];
    const answers = await Promise.all(bodies.map((body) => add(alice, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401]);
    expect(await passkeysOf(alice)).toHaveLength(1);
  });

  it('a ceremony that was answered is forgotten once it would have expired', async () => {
    await registerWithPasskey();
    const spent = () => app.app.get(Database).query('SELECT "id" FROM "spent_ceremonies"');
    expect((await spent()).length).toBeGreaterThan(0);
    app.clock.advance(300_000);
    await app.runJob('purge-ceremonies');
    expect(await spent()).toEqual([]);
  });
});
