import { request } from 'node:http';
import { EmailSignInMethod } from '../src/auth/email-sign-in/email-sign-in-method.service';
import { OPERATOR } from '../src/platform/audit/domain-events';
import { Database } from '../src/platform/database/database.service';
import { UsersService } from '../src/users/users.service';
import { type Actor, TestApp } from './support/app';
import { Authenticator } from './support/authenticator';
import {
  type Answer,
  type AuditEventBody,
  type Authenticated,
  type PageBody,
  type Problem,
  PASSWORD,
} from './support/client';
import { onEachDatabase } from './support/databases';
import type { ReceivedMail } from './support/mailbox';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ENV = { EMAIL_SIGN_IN: 'on' };

/** An answer of `POST /auth/email-login/verify`. */
type Verified = Answer<Authenticated & Problem & { challengeToken: string; status: string }>;

const codeIn = (mail: ReceivedMail | undefined) => /^\d{8}$/m.exec(mail?.text ?? '')?.[0] ?? '';

/** Another code of the same form. */
const wrong = (code: string) => String((Number(code) + 1) % 100_000_000).padStart(8, '0');

const statusesOf = (answers: readonly Answer[]) => answers.map(({ status }) => status).sort();

const ONE_OF_20 = [200, ...Array.from({ length: 19 }, () => 401)];

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(dialect, ENV);
  });

  afterAll(() => app.stop());

  const addressOf = (actor: Actor) => actor.session.user.email;
  const ask = (email: string) => app.anonymous.post<{ challengeToken: string }>('/auth/email-login', { email });
  const verify = (body: unknown): Promise<Verified> => app.anonymous.post('/auth/email-login/verify', body);
  const mailsTo = async (email: string) =>
    (await app.mailTo(email)).filter(({ subject }) => subject === 'Your code to log in');
  /** What a browser has that asked, and what its owner reads. */
  const receive = async (email: string) => {
    const { status, body } = await ask(email);
    expect(status).toBe(202);
    const mail = (await mailsTo(email.toLowerCase())).at(-1);
    return { challengeToken: body.challengeToken, code: codeIn(mail), token: mail?.token ?? '', mail };
  };
  const guess = async ({ challengeToken, code }: { challengeToken: string; code: string }, times: number) => {
    for (let index = 0; index < times; index += 1) {
      const { status, body } = await verify({ challengeToken, code: wrong(code) });
      expect([status, body.code]).toEqual([401, 'invalid_email_code']);
    }
  };
  const sql = <T>(text: string, values: unknown[] = []) => app.app.get(Database).manager.query<T[]>(text, values);
  const sessionsOf = async (actor: Actor) =>
    (await sql('SELECT "id" FROM "sessions" WHERE "userId" = $1', [actor.session.user.id])).length;
  const claimsOf = ({ body }: Verified) =>
    JSON.parse(Buffer.from(body.accessToken.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

  describe('the owner of a verified address', () => {
    it('logs in with the mailed code, in the browser that asked for it', async () => {
      const alice = await app.registerProven('alice');
      const { challengeToken, code, mail } = await receive('ALICE@example.com');
      expect([mail?.to, mail?.html.includes(code)]).toEqual(['alice@example.com', true]);
      const signedIn = await verify({ challengeToken, code, remember: true });
      expect([signedIn.status, signedIn.body.user.id]).toEqual([200, alice.session.user.id]);
      expect(claimsOf(signedIn)).toMatchObject({ acr: 'aal1', amr: ['email', 'otp'] });
      expect(signedIn.headers.get('x-device-token')).toMatch(/^lkd_/);
      app.clock.advance(2 * DAY);
      expect((await app.anonymous.post('/auth/refresh', { refreshToken: signedIn.body.refreshToken })).status).toBe(
        200,
      );
    });

    it('logs in with the mailed link alone, in any browser', async () => {
      const anna = await app.registerProven('anna');
      const { token, mail } = await receive('anna@example.com');
      expect(mail?.link).toMatch(/^http:\/\/localhost:\d+\/login\/email#token=lko_[\w-]{64}$/);
      const signedIn = await verify({ token });
      expect([signedIn.status, signedIn.body.user.id]).toEqual([200, anna.session.user.id]);
      expect((await app.anonymous.as(signedIn.body.accessToken).get('/users/me')).status).toBe(200);
    });

    it('has 10 minutes', async () => {
      await app.registerProven('ben');
      const early = await receive('ben@example.com');
      app.clock.advance(10 * MINUTE - 1);
      expect((await verify({ challengeToken: early.challengeToken, code: early.code })).status).toBe(200);
      const { challengeToken, code, token } = await receive('ben@example.com');
      app.clock.advance(10 * MINUTE);
      for (const late of [{ challengeToken, code }, { token }]) {
        const { status, body } = await verify(late);
        expect([status, body.code]).toEqual([401, 'invalid_email_code']);
      }
    });

    it('sees in the activity of the account that a code was requested, and that wrong ones were refused', async () => {
      const bea = await app.registerProven('bea');
      await guess(await receive('bea@example.com'), 2);
      const { body } = await bea.get<PageBody<AuditEventBody & { actor: string }>>('/auth/activity');
      expect(body.items.slice(0, 2).map(({ type, actor }) => [type, actor])).toEqual([
        ['email-sign-in.refused', 'anonymous'],
        ['email-sign-in.requested', 'anonymous'],
      ]);
    });

    it('has mail as a way to sign in, others do not', async () => {
      const [carl, cora] = [await app.registerProven('carl'), await app.register('cora')];
      const method = app.app.get(EmailSignInMethod, { strict: false });
      const database = app.app.get(Database);
      expect(await method.has(database, carl.session.user.id)).toBe(true);
      expect(await method.has(database, cora.session.user.id)).toBe(false);
    });
  });

  describe('a mailed code or link', () => {
    it('L1: is not used by GET or HEAD, as scanners do, but by POST', async () => {
      await app.registerProven('dan');
      const { mail, token } = await receive('dan@example.com');
      const page = new URL(mail?.link ?? '').pathname;
      for (const method of ['GET', 'HEAD']) {
        for (const path of [page, `${page}?token=${token}`, `/api/v1/auth/email-login/verify?token=${token}`]) {
          const { status, headers } = await fetch(app.origin + path, { method });
          expect([status < 500, headers.get('set-cookie')?.includes('session') ?? false]).toEqual([true, false]);
        }
      }
      expect((await verify({ token })).status).toBe(200);
    });

    it('L1: starts one session, however many try it at once', async () => {
      const dora = await app.registerProven('dora');
      const before = await sessionsOf(dora);
      const { challengeToken, code } = await receive('dora@example.com');
      const byCode = await Promise.all(Array.from({ length: 20 }, () => verify({ challengeToken, code })));
      expect(statusesOf(byCode)).toEqual(ONE_OF_20);
      const { token } = await receive('dora@example.com');
      const byLink = await Promise.all(Array.from({ length: 20 }, () => verify({ token })));
      expect(statusesOf(byLink)).toEqual(ONE_OF_20);
      expect(await sessionsOf(dora)).toBe(before + 2);
    });

    it('of the same mail cannot be used when the other one was', async () => {
      await app.registerProven('eda');
      const first = await receive('eda@example.com');
      expect((await verify({ token: first.token })).status).toBe(200);
      expect((await verify({ challengeToken: first.challengeToken, code: first.code })).status).toBe(401);
      const second = await receive('eda@example.com');
      expect((await verify({ challengeToken: second.challengeToken, code: second.code })).status).toBe(200);
      expect((await verify({ token: second.token })).status).toBe(401);
    });

    it('L2: is refused with the challenge of another browser, also one that asked for the same address', async () => {
      await app.registerProven('eli');
      const attacker = await receive('eli@example.com');
      const owner = await receive('eli@example.com');
      expect((await verify({ challengeToken: attacker.challengeToken, code: owner.code })).status).toBe(401);
      const other = await ask('nobody-else@example.com');
      expect((await verify({ challengeToken: other.body.challengeToken, code: owner.code })).status).toBe(401);
      expect((await verify({ challengeToken: owner.challengeToken, code: owner.code })).status).toBe(200);
    });

    it('L2: stops working with a newer request, which does not forget the wrong codes of before', async () => {
      await app.registerProven('eva');
      const older = await receive('eva@example.com');
      await guess(older, 3);
      const newer = await receive('eva@example.com');
      expect((await verify({ challengeToken: older.challengeToken, code: older.code })).status).toBe(401);
      expect((await verify({ token: older.token })).status).toBe(401);
      await guess(newer, 3);
      const counted = await sql<{ attempts: number }>(
        `SELECT SUM("attempts") AS "attempts" FROM "email_challenges" WHERE "accountId" =
          (SELECT "id" FROM "users" WHERE "username" = 'eva')`,
      );
      expect(Number(counted[0]?.attempts)).toBe(6);
      expect((await verify({ challengeToken: newer.challengeToken, code: newer.code })).status).toBe(200);
    });

    it('L2: stops working at once with a newer request, whose mail was not sent yet', async () => {
      await app.registerProven('finn');
      const older = await receive('finn@example.com');
      expect((await ask('finn@example.com')).status).toBe(202);
      expect((await verify({ challengeToken: older.challengeToken, code: older.code })).status).toBe(401);
    });

    it('M3: has 5 attempts, also 20 at once; then the right code is refused too', async () => {
      const flora = await app.registerProven('flora');
      const before = await sessionsOf(flora);
      const { challengeToken, code } = await receive('flora@example.com');
      await Promise.all(Array.from({ length: 20 }, () => guess({ challengeToken, code }, 1)));
      const counted = await sql<{ attempts: number }>(
        'SELECT "attempts" FROM "email_challenges" WHERE "accountId" = $1',
        [flora.session.user.id],
      );
      expect(counted).toEqual([{ attempts: 5 }]);
      expect((await verify({ challengeToken, code })).status).toBe(401);
      expect(await sessionsOf(flora)).toBe(before);
    });

    it('L6: has 20 wrong codes a day together with all others of the account; its link still works', async () => {
      await app.registerProven('gina');
      for (let mail = 0; mail < 3; mail += 1) await guess(await receive('gina@example.com'), 5);
      const fourth = await receive('gina@example.com');
      await guess(fourth, 4);
      expect((await verify({ challengeToken: fourth.challengeToken, code: fourth.code })).status).toBe(200);
      // Right ones do not count: one is left.
      const fifth = await receive('gina@example.com');
      expect((await verify({ challengeToken: fifth.challengeToken, code: fifth.code })).status).toBe(200);
      await guess(await receive('gina@example.com'), 1);
      const spent = await receive('gina@example.com');
      expect((await verify({ challengeToken: spent.challengeToken, code: spent.code })).status).toBe(401);
      expect((await verify({ token: spent.token })).status).toBe(200);
      app.clock.advance(DAY);
      const { challengeToken, code } = await receive('gina@example.com');
      expect((await verify({ challengeToken, code })).status).toBe(200);
    });

    it('M4: costs no attempt and is not used up when the server fails', async () => {
      await app.registerProven('gus');
      const { challengeToken, code } = await receive('gus@example.com');
      await sql('ALTER TABLE "sessions" RENAME TO "sessions_gone"');
      const failed = await Promise.all(Array.from({ length: 3 }, () => verify({ challengeToken, code })));
      await sql('ALTER TABLE "sessions_gone" RENAME TO "sessions"');
      expect(statusesOf(failed)).toEqual([500, 500, 500]);
      await guess({ challengeToken, code }, 4);
      expect((await verify({ challengeToken, code })).status).toBe(200);
    });

    it('M9: is 8 digits, and anything else is 400', async () => {
      const { body } = await ask('nobody@example.com');
      const { challengeToken } = body;
      const codes = [
        '1234567',
        '123456789',
        '1234 5678',
        '１２３４５６７８',
        '1234567\u0000',
        12_345_678,
        ['12345678'],
        null,
      ];
      for (const code of codes) {
        const answer = await verify({ challengeToken, code });
        expect([code, answer.status, answer.body.code]).toEqual([code, 400, 'validation_failed']);
      }
      expect((await verify({ challengeToken, code: '1'.repeat(1_000_000) })).status).toBe(413);
      const [code, token] = ['12345678', 'lko_x'];
      for (const body of [
        {},
        { code },
        { challengeToken },
        { token: 7 },
        { token, code },
        { challengeToken, code, token },
      ]) {
        expect((await verify(body)).status).toBe(400);
      }
      for (const token of ['lke_', 'lko_x', challengeToken, '\u00e9'.repeat(511)]) {
        expect((await verify({ challengeToken: `${token}x`, code: '12345678' })).status).toBe(401);
        expect((await verify({ token })).status).toBe(401);
      }
    });

    it('M10: stands nowhere in the database, nor does the token of the browser', async () => {
      await app.registerProven('hal');
      await ask('hal@example.com');
      const queued = JSON.stringify(await sql('SELECT * FROM "outbox_messages"'));
      const { challengeToken, code, token } = await receive('hal@example.com');
      const tables = ['email_challenges', 'one_time_tokens', 'audit_events', 'outbox_messages'];
      const rows = await Promise.all(tables.map((table) => sql(`SELECT * FROM "${table}"`)));
      for (const secret of [challengeToken, code, token]) {
        expect(secret).not.toBe('');
        expect(queued + JSON.stringify(rows)).not.toContain(secret);
      }
    });

    it.each<[string, (actor: Actor) => Promise<unknown>]>([
      ['the account was deactivated', ({ session }) => app.app.get(UsersService).deactivate(OPERATOR, session.user.id)],
      [
        'the password was changed',
        (actor) => actor.send('PUT', '/auth/password', { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` }),
      ],
      [
        'the address was changed',
        async (actor) => {
          const email = `new-${addressOf(actor)}`;
          expect((await actor.post('/users/me/email', { email, password: PASSWORD })).status).toBe(202);
          await app.prove(email);
        },
      ],
      ['the account was deleted', (actor) => actor.send('DELETE', '/users/me', { password: PASSWORD })],
    ])('is refused like a wrong one once %s', async (_, change) => {
      const actor = await app.registerProven();
      const { challengeToken, code, token } = await receive(addressOf(actor));
      const refused = await verify({ challengeToken, code: wrong(code) });
      await change(actor);
      for (const answer of [await verify({ challengeToken, code }), await verify({ token })]) {
        const { status, body } = answer;
        expect([status, body.code, body.detail]).toEqual([401, refused.body.code, refused.body.detail]);
      }
    });

    it('is not kept for longer than its wrong codes count', async () => {
      app.clock.advance(DAY);
      await app.runJob('purge-email-challenges');
      expect(await sql('SELECT "id" FROM "email_challenges"')).toEqual([]);
    });
  });

  describe('a request', () => {
    it('L3: answers the same for every address, and mails verified ones of active accounts only', async () => {
      const [known, gone] = [await app.registerProven('ida'), await app.registerProven('ike')];
      const unverified = await app.register('ivy');
      await app.app.get(UsersService).deactivate(OPERATOR, gone.session.user.id);
      const addresses = [...[known, gone, unverified].map(addressOf), 'unknown@example.com'];
      const told = new Set<string>();
      for (const address of addresses) {
        const asked = await ask(address);
        const { challengeToken } = asked.body;
        const judged = await verify({ challengeToken, code: '00000000' });
        const form = asked.text.replace(challengeToken, challengeToken.length.toString());
        told.add(JSON.stringify([asked.status, form, [...asked.headers.keys()], judged.status, judged.body.code]));
      }
      expect([...told]).toHaveLength(1);
      const mailed = await Promise.all(addresses.map(async (address) => (await mailsTo(address)).length));
      expect(mailed).toEqual([1, 0, 0, 0]);
    });

    it('L4: never gets its Host, X-Forwarded-Host or Origin into the mail', async () => {
      await app.registerProven('jan');
      const body = JSON.stringify({ email: 'jan@example.com' });
      const evil = { host: 'evil.example', 'x-forwarded-host': 'evil.example', origin: 'https://evil.example' };
      const headers = { ...evil, forwarded: 'host=evil.example', 'content-type': 'application/json' };
      const status = await new Promise((answered, failed) => {
        const options = { method: 'POST', headers: { ...headers, 'content-length': body.length } };
        request(`${app.origin}/api/v1/auth/email-login`, options, (response) => {
          response.resume();
          answered(response.statusCode);
        })
          .on('error', failed)
          .end(body);
      });
      expect(status).toBe(202);
      const mail = (await mailsTo('jan@example.com')).at(-1);
      expect(mail?.link).toMatch(/^http:\/\/localhost:\d+\/login\/email#/);
      expect((mail?.text ?? '') + (mail?.html ?? '')).not.toContain('evil');
    });

    it('L5: for a hostile address is refused before anything is counted or mailed', async () => {
      await app.registerProven('kim');
      const before = await sql('SELECT "id" FROM "email_challenges"');
      const hostile = [
        'kim@example.com@evil.example',
        'kim\uFF20example.com',
        '\uFF4Bim@example.com',
        '\u212Aim@example.com',
        'kim@example\u3002com',
        'kim@example.com\r\nBcc: eve@evil.example',
        'kim@example.com,eve@evil.example',
        '"kim@example.com eve"@evil.example',
        'kim@example.com\u0000',
        ' kim@example.com',
        'Kim <kim@example.com>',
      ];
      for (const email of hostile) expect([email, (await ask(email)).status]).toEqual([email, 400]);
      for (const email of [['kim@example.com'], { $ne: '' }, 7, null]) {
        expect((await app.anonymous.post('/auth/email-login', { email })).status).toBe(400);
      }
      expect(await sql('SELECT "id" FROM "email_challenges"')).toEqual(before);
      expect(await mailsTo('kim@example.com')).toEqual([]);
    });

    it('L7: of another site has no effect, as its form cannot send JSON', async () => {
      await app.registerProven('lea');
      const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
      const json = JSON.stringify({ email: 'lea@example.com' });
      for (const [type, raw] of [
        ['application/x-www-form-urlencoded', 'email=lea@example.com'],
        ['text/plain', json],
        ['multipart/form-data; boundary=x', json],
      ] as const) {
        const headers = { ...evil, 'content-type': type };
        expect((await app.anonymous.post('/auth/email-login', undefined, { raw, headers })).status).toBe(415);
      }
      const preflight = { ...evil, 'access-control-request-method': 'POST' };
      const { headers } = await app.anonymous.send('OPTIONS', '/auth/email-login', undefined, { headers: preflight });
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(await mailsTo('lea@example.com')).toEqual([]);
    });
  });

  describe('an account that wants a second factor', () => {
    const wantFactor = async (username: string) => {
      const actor = await app.registerProven(username);
      await Authenticator.enroll(app, actor);
      return actor;
    };

    it('M6: gets neither a token nor a session for a code or a link, but a challenge', async () => {
      const mia = await wantFactor('mia');
      const before = await sessionsOf(mia);
      const first = await receive('mia@example.com');
      const byCode = await verify({ challengeToken: first.challengeToken, code: first.code });
      const byLink = await verify({ token: (await receive('mia@example.com')).token });
      for (const { status, body, headers, text } of [byCode, byLink]) {
        expect([status, body.status]).toEqual([202, 'second_factor_required']);
        expect(text).not.toMatch(/accessToken|refreshToken/);
        expect([headers.get('x-device-token'), headers.get('set-cookie')]).toEqual([null, null]);
      }
      expect(await sessionsOf(mia)).toBe(before);
    });

    it('M8: is not opened by a password and a mailed code together: two first factors are one', async () => {
      const nia = await wantFactor('nia');
      const before = await sessionsOf(nia);
      const credentials = { username: 'nia', password: PASSWORD };
      const challenged = await app.anonymous.post<{ challengeToken: string }>('/auth/login', credentials);
      expect(challenged.status).toBe(202);
      const { challengeToken, code, token } = await receive('nia@example.com');
      const { body } = challenged;
      expect((await verify({ challengeToken: body.challengeToken, code })).status).toBe(401);
      expect((await verify({ challengeToken, code })).status).toBe(202);
      expect((await verify({ challengeToken: body.challengeToken, code })).status).toBe(401);
      for (const evidence of [{ code }, { email_code: code }, { token }]) {
        const sent = { challengeToken: body.challengeToken, ...evidence };
        expect((await app.anonymous.post('/auth/second-factor', sent)).status).toBe(400);
      }
      expect(await sessionsOf(nia)).toBe(before);
    });
  });

  it('wrong codes are counted over a restart', async () => {
    await app.registerProven('ole');
    for (let mail = 0; mail < 3; mail += 1) await guess(await receive('ole@example.com'), 5);
    await guess(await receive('ole@example.com'), 4);
    const { clock, database } = app;
    await app.app.close();
    app = await TestApp.on(database, ENV);
    app.clock.advance(clock.now() - app.clock.now());
    const last = await receive('ole@example.com');
    expect((await verify({ challengeToken: last.challengeToken, code: last.code })).status).toBe(200);
    await guess(await receive('ole@example.com'), 1);
    const { challengeToken, code } = await receive('ole@example.com');
    expect((await verify({ challengeToken, code })).status).toBe(401);
  });
});
