import { OPERATOR } from '../src/platform/audit/domain-events';
import { Database } from '../src/platform/database/database.service';
import { UsersService } from '../src/users/users.service';
import { type Actor, TestApp } from './support/app';
import {
  type Answer,
  type AuditEventBody,
  type Authenticated,
  type PageBody,
  type Problem,
  PASSWORD,
} from './support/client';
import { onEachDatabase } from './support/databases';
import {
  addPasskey,
  type Claims,
  HandmadePasskey,
  type PasskeyEvidence,
  type RequestCeremony,
} from './support/passkeys';

const OWN_ORIGIN = 'https://app.example.com:8443';

/** What an answer tells: its status, its body without what names the request, and its headers. */
const toldBy = ({ status, text, headers }: Answer) =>
  JSON.stringify([status, text.replaceAll(/"(?:requestId|instance)":"[^"]*"/g, ''), [...headers.keys()].sort()]);

onEachDatabase((dialect) => {
  let app: TestApp;
  let names = 0;

  beforeAll(async () => {
    app = await TestApp.start(dialect, {
      EMAIL_VERIFICATION: 'required',
      WEBAUTHN_RP_ID: 'example.com',
      WEBAUTHN_ORIGINS: `${OWN_ORIGIN},https://example.com`,
    });
  });

  afterAll(() => app.stop());

  const ask = async () => {
    const { status, body } = await app.anonymous.post<RequestCeremony>('/auth/passkeys/login/options');
    expect(status).toBe(200);
    return body;
  };

  const send = <T = Problem>(body: object) => app.anonymous.post<T>('/auth/passkeys/login', body);

  const tryWith = async (passkey: HandmadePasskey, claims: Partial<Claims> = {}) =>
    send(passkey.assertion(await ask(), claims));

  const newAccount = async (): Promise<Actor> => {
    const username = `owner${(names += 1)}`;
    const account = { username, email: `${username}@example.com`, password: PASSWORD };
    await app.anonymous.post('/auth/register', account);
    await app.prove(account.email);
    return app.logIn(username);
  };

  const newOwner = async (claims: Partial<Claims> = {}) => {
    const passkey = new HandmadePasskey(OWN_ORIGIN);
    passkey.claims = claims;
    const owner = await newAccount();
    expect((await addPasskey(owner, passkey)).status).toBe(201);
    return { owner, passkey, userId: owner.session.user.id };
  };

  const database = () => app.app.get(Database);

  const sessionsOf = async (userId: string) => {
    const [row] = await database().query<{ n: number }>('SELECT COUNT(*) AS n FROM "sessions" WHERE "userId" = $1', [
      userId,
    ]);
    return Number(row?.n);
  };

  const counterOf = async (userId: string) => {
    const rows = await database().query<{ n: number }>('SELECT "signCount" AS n FROM "passkeys" WHERE "userId" = $1', [
      userId,
    ]);
    return rows.map(({ n }) => n).map(Number);
  };

  const eventsOf = async (userId: string, type: string) => {
    const rows = await database().query<AuditEventBody>(
      'SELECT "type", "result" FROM "audit_events" WHERE "accountId" = $1',
      [userId],
    );
    return rows.filter((row) => row.type === type).map(({ result }) => result);
  };

  it('a login by passkey is two factors, opens what needs a recent authentication, and may be remembered', async () => {
    const { passkey } = await newOwner();
    const { body, status, headers } = await send<Authenticated>({ ...passkey.assertion(await ask()), remember: true });
    expect([status, headers.get('x-device-token')]).toEqual([200, expect.any(String)]);
    const claims = JSON.parse(Buffer.from(body.accessToken.split('.')[1] ?? '', 'base64url').toString()) as object;
    expect(claims).toMatchObject({ acr: 'aal2', amr: ['pop', 'user', 'mfa'] });
    const session = app.anonymous.as(body.accessToken);
    expect((await session.get('/users/me/export')).status).toBe(200);
    const { items } = (await session.get<PageBody<{ current: boolean; expiresAt: string }>>('/auth/sessions')).body;
    const end = new Date(app.clock.now() + 30 * 86_400_000).toISOString();
    expect(items.find(({ current }) => current)?.expiresAt).toBe(end);
  });

  it('P1 one assertion opens one session: not again, and once of 20 at once', async () => {
    const { passkey, userId } = await newOwner();
    const before = await sessionsOf(userId);
    const body = passkey.assertion(await ask());
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(19).fill(401)]);
    const again = await send(body);
    expect([again.status, again.body.code]).toEqual([401, 'invalid_passkey']);
    // Nor with the same challenge, signed again.
    const options = await ask();
    expect((await send(passkey.assertion(options))).status).toBe(200);
    expect((await send(passkey.assertion(options))).status).toBe(401);
    expect(await sessionsOf(userId)).toBe(before + 2);
    expect(await eventsOf(userId, 'passkey.cloned')).toEqual([]);
  });

  it('P1 a passkey that does not count opens one session of 20 at once too', async () => {
    const { passkey, userId } = await newOwner({ signCount: 0 });
    const before = await sessionsOf(userId);
    const body = passkey.assertion(await ask());
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(body)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await sessionsOf(userId)).toBe(before + 1);
  });

  it('P1 a challenge of another kind, of nobody, changed, or 5 minutes old is refused', async () => {
    const { owner, passkey } = await newOwner();
    const stepUp = (await owner.post<RequestCeremony>('/auth/step-up/options')).body;
    const options = await ask();
    const { body } = await (await newAccount()).post<RequestCeremony>('/auth/passkeys/options');
    const changed = options.ceremony.startsWith('lkw_A') ? 'lkw_B' : 'lkw_A';
    const mine = { ceremony: changed + options.ceremony.slice(5), publicKey: options.publicKey };
    const wrong = [
      passkey.assertion(stepUp),
      passkey.assertion({ ...options, ceremony: body.ceremony }),
      { ...passkey.assertion(options), ceremony: stepUp.ceremony },
      passkey.assertion(mine),
      passkey.assertion({ ...options, ceremony: 'lkw_' }),
      passkey.assertion(options, { challenge: 'AAAA' }),
    ];
    for (const one of wrong) expect((await send(one)).body.code).toBe('invalid_passkey');
    app.clock.advance(299_999);
    expect((await send(passkey.assertion(options))).status).toBe(200);
    const late = await ask();
    app.clock.advance(300_000);
    expect((await send(passkey.assertion(late))).status).toBe(401);
  });

  it('P2 P4 whatever is wrong is told with one body, as of an unknown passkey', async () => {
    const { passkey } = await newOwner();
    const other = await newOwner();
    const unknown = toldBy(await tryWith(new HandmadePasskey(OWN_ORIGIN)));
    expect(unknown).toContain('invalid_passkey');
    const wrong: Partial<Claims>[] = [
      { isVerified: false },
      { isPresent: false, isVerified: false },
      { isPresent: false },
      { tamper: (signature) => Buffer.concat([signature.subarray(0, -1), Buffer.of((signature.at(-1) ?? 0) ^ 1)]) },
      { tamper: () => Buffer.alloc(1) },
      { tamper: () => Buffer.alloc(64) },
      { userHandle: other.passkey.userHandle },
      { userHandle: null },
      { userHandle: 'AAAA' },
      { isBackupEligible: true },
      { isBackupEligible: true, isBackedUp: true },
      { isBackedUp: true },
    ];
    for (const claims of wrong) expect(toldBy(await tryWith(passkey, claims))).toBe(unknown);
    // The id of another passkey, signed with one's own.
    const body = passkey.assertion(await ask(), { userHandle: other.passkey.userHandle });
    const response = { ...body.response, id: other.passkey.id, rawId: other.passkey.id };
    expect(toldBy(await send({ ...body, response }))).toBe(unknown);
    expect(toldBy(await send({ ...body, response: { ...response, rawId: passkey.id } }))).toBe(unknown);
    expect((await tryWith(passkey)).status).toBe(200);
  });

  it('P3 only pages of the listed origins, of this domain, and not within a page of another', async () => {
    const { passkey } = await newOwner();
    const origins = [
      'https://app.example.com',
      'https://app.example.com:443',
      'https://app.example.com:8444',
      'http://app.example.com:8443',
      'https://example.com:8443',
      'https://evil.app.example.com:8443',
      'https://app.example.com:8443.evil.example',
      'https://notexample.com',
      'https://app.example.com.:8443',
      'https://APP.example.com:8443',
      'https://app.example.com:8443/',
      'https://xn--xample-2of.com',
      'https://еxample.com',
      'android:apk-key-hash:AAAA',
      'null',
      '',
    ];
    for (const origin of origins) expect([origin, (await tryWith(passkey, { origin })).status]).toEqual([origin, 401]);
    const others: Partial<Claims>[] = [
      { rpId: 'app.example.com' },
      { rpId: 'example.org' },
      { type: 'webauthn.create' },
      { type: 'payment.get' },
      { clientData: { crossOrigin: true } },
      { clientData: { crossOrigin: true, topOrigin: OWN_ORIGIN } },
      { clientData: { crossOrigin: false, topOrigin: OWN_ORIGIN } },
      { clientData: { topOrigin: 'https://evil.example' } },
    ];
    for (const claims of others) expect((await tryWith(passkey, claims)).body.code).toBe('invalid_passkey');
    expect((await tryWith(passkey, { origin: 'https://example.com' })).status).toBe(200);
    expect((await tryWith(passkey, { clientData: {} })).status).toBe(200);
  });

  it('P5 a counter that does not grow is refused, recorded and told to the owner; the asserted one is stored', async () => {
    const { passkey, userId, owner } = await newOwner();
    expect((await tryWith(passkey, { signCount: 41 })).status).toBe(200);
    expect(await counterOf(userId)).toEqual([41]);
    for (const signCount of [41, 40, 0])
      expect((await tryWith(passkey, { signCount })).body.code).toBe('invalid_passkey');
    expect(await counterOf(userId)).toEqual([41]);
    expect(await eventsOf(userId, 'passkey.cloned')).toEqual(['failure', 'failure', 'failure']);
    const mails = (await app.mailTo(owner.session.user.email)).map(({ subject }) => subject);
    expect(mails.filter((subject) => subject === 'A passkey of your account may have been copied')).toHaveLength(3);
    // The same answer again is told of no more.
    const body = passkey.assertion(await ask(), { signCount: 41 });
    await Promise.all(Array.from({ length: 5 }, () => send(body)));
    expect(await eventsOf(userId, 'passkey.cloned')).toHaveLength(4);
    expect((await tryWith(passkey, { signCount: 4_294_967_295 })).status).toBe(200);
    expect(await counterOf(userId)).toEqual([4_294_967_295]);
  });

  it('P5 a wrong signature is no sign of a copy, whatever its counter', async () => {
    const { passkey, userId } = await newOwner();
    expect((await tryWith(passkey, { signCount: 9 })).status).toBe(200);
    await tryWith(passkey, { signCount: 1, tamper: () => Buffer.alloc(64) });
    expect(await eventsOf(userId, 'passkey.cloned')).toEqual([]);
  });

  it('P5 a synced passkey that never counts works from two devices, and may become backed up', async () => {
    const { passkey, userId } = await newOwner({ signCount: 0, isBackupEligible: true });
    expect((await tryWith(passkey)).status).toBe(200);
    expect((await tryWith(passkey, { isBackedUp: true })).status).toBe(200);
    expect((await tryWith(passkey, { isBackupEligible: false })).status).toBe(401);
    expect(await counterOf(userId)).toEqual([0]);
  });

  it('P8 options are the same for everybody, name no account, and leave no row', async () => {
    await newOwner();
    const tables = ['spent_ceremonies', 'rate_limits', 'audit_events', 'sign_in_challenges', 'sessions'];
    const rows = () =>
      Promise.all(tables.map((table) => database().query<{ n: number }>(`SELECT COUNT(*) AS n FROM "${table}"`)));
    const before = await rows();
    const asked = await Promise.all(Array.from({ length: 50 }, ask));
    const shapes = asked.map(({ ceremony, publicKey: { challenge, ...publicKey } }) =>
      JSON.stringify({ ceremony: ceremony.length, challenge: challenge.length, publicKey }),
    );
    expect(new Set(shapes).size).toBe(1);
    expect(asked[0]?.publicKey).toMatchObject({ rpId: 'example.com', userVerification: 'required' });
    expect(asked[0]?.publicKey.allowCredentials ?? []).toEqual([]);
    expect(new Set(asked.map(({ publicKey }) => publicKey.challenge)).size).toBe(50);
    expect(await rows()).toEqual(before);
  });

  it('P9 a deactivated or unverified account is refused as with its password, once the assertion is right', async () => {
    const [gone, unverified] = [await newOwner(), await newOwner()];
    await app.app.get(UsersService).deactivate(OPERATOR, gone.userId);
    await database().query('UPDATE "users" SET "emailVerified" = $1 WHERE "id" = $2', [false, unverified.userId]);
    for (const { owner, passkey, userId } of [gone, unverified]) {
      const username = owner.session.user.username;
      const before = await sessionsOf(userId);
      const byPassword = await app.anonymous.post('/auth/login', { username, password: PASSWORD });
      const byPasskey = await tryWith(passkey);
      expect([byPasskey.status, toldBy(byPasskey)]).toEqual([403, toldBy(byPassword)]);
      expect((await tryWith(passkey, { isVerified: false })).body.code).toBe('invalid_passkey');
      expect(await sessionsOf(userId)).toBe(before);
      expect(await eventsOf(userId, 'session.refused')).toEqual(['failure', 'failure']);
    }
  });

  it('a login with a password of an account with passkeys is as before: nothing tells that there are any', async () => {
    const { owner } = await newOwner();
    const { username } = owner.session.user;
    expect((await app.anonymous.post('/auth/login', { username, password: PASSWORD })).status).toBe(200);
  });

  it('P7 whatever else is sent is refused, never with 5xx', async () => {
    const { passkey } = await newOwner();
    const { ceremony, response } = passkey.assertion(await ask()) as PasskeyEvidence & {
      response: { response: object };
    };
    for (const body of [
      {},
      { ceremony },
      { ceremony, response: 'x' },
      { ceremony, response: { ...response, response: null } },
      { ceremony, response: { ...response, response: { ...response.response, signature: '=' } } },
      { ceremony, response: { ...response, response: { ...response.response, userHandle: 'A'.repeat(87) } } },
      { ceremony: 'x'.repeat(129), response },
      { ceremony, response, remember: 'yes' },
      { ceremony, response, username: 'owner1', password: PASSWORD },
    ]) {
      const answer = await send(body);
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    }
  });
});
