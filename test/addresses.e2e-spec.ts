import { Database } from '../src/platform/database/database.service';
import { DomainsInUnicode1763711000000 } from '../src/users/migrations/1763711000000-domains-in-unicode';
import { TestApp } from './support/app';
import { type Authenticated, type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';
import { TestSmtpServer } from './support/smtp';

/** Texts that some program treats or displays as victim@example.com. */
const LOOK_ALIKES = [
  '\u2028victim@example.com',
  '\u00A0victim@example.com',
  '\u3000victim@example.com',
  '\uFEFFvictim@example.com',
  ' victim@example.com',
  'victim@example.com ',
  'victim@example.com\u2029',
  '\u202Evictim@example.com',
  'vic\u200Btim@example.com',
  'vic\u00ADtim@example.com',
  'v\u0131ctim@ex\u00ADample.com',
  'vi\u212Atim@example.com',
  '\uFF56ictim@example.com',
  'victim\uFF20example.com',
  'victim@exampl\u1D49.com',
  'vi\u0307ctim@example.com',
];

onEachDatabase((dialect) => {
  let smtp: TestSmtpServer;
  let app: TestApp;
  let names = 0;

  beforeAll(async () => {
    smtp = await TestSmtpServer.start();
    app = await TestApp.start(dialect, { SMTP_URL: smtp.url, RATE_LIMITS: 'off' });
  });

  afterAll(async () => {
    await smtp.stop();
    await app.stop();
  });

  const newName = () => `person-${(names += 1)}`;
  const register = (email: string, username = newName()) =>
    app.anonymous.post<Authenticated & Problem>('/auth/register', { username, email, password: PASSWORD });
  const logIn = (username: string) =>
    app.anonymous.post<Authenticated & Problem>('/auth/login', { username, password: PASSWORD });
  const forget = (email: string) => app.anonymous.post<Problem>('/auth/password/forgot', { email });
  const query = (sql: string, parameters: unknown[] = []) =>
    app.app.get(Database).manager.query<Record<string, string>[]>(sql, parameters);
  const sentTo = async () => {
    const before = smtp.recipients.length;
    await app.sendMail();
    return smtp.recipients.slice(before);
  };

  it.each(LOOK_ALIKES)('%j is no address, wherever one is given', async (email) => {
    const someone = await app.register(newName());
    await sentTo();
    const answers = [
      await register(email),
      await someone.post<Problem>('/users/me/email', { email, password: PASSWORD }),
    ];
    for (const { status, body } of answers) {
      expect([status, body.errors?.map(({ pointer }) => pointer)]).toEqual([400, ['/email']]);
    }
    await forget(email);
    expect(await sentTo()).toEqual([]);
  });

  it('a look-alike of its name or address does not log in to an account', async () => {
    await register('victim@example.com', 'victim.kelvin');
    expect((await logIn('VICTIM@example.com')).status).toBe(200);
    expect((await logIn('VICTIM.KELVIN')).status).toBe(200);
    for (const login of [...LOOK_ALIKES, 'victim.\u212Aelvin', ' victim.kelvin', 'victim.kelvin\u200B']) {
      expect([login, (await logIn(login)).status]).toEqual([login, 401]);
    }
  });

  it('white space around an address is refused where a password is forgotten, not trimmed', async () => {
    for (const email of [' victim@example.com', 'victim@example.com\u2028', '\u00A0victim@example.com']) {
      expect([email, (await forget(email)).status]).toEqual([email, 400]);
    }
  });

  it('the mail server gets exactly the address that was checked', async () => {
    await sentTo();
    const cases = [
      ['Plain.Name+tag@Example.com', 'Plain.Name+tag@example.com'],
      // Travels as xn--mnchen-3ya.example, which this server shows in Unicode.
      ['someone@M\u00DCNCHEN.example', 'someone@m\u00FCnchen.example'],
      ['pel\u00E9@m\u00FCnchen.example', 'pel\u00E9@m\u00FCnchen.example'],
      ['\u7528\u6237@example.com', '\u7528\u6237@example.com'],
    ] as const;
    for (const [email, recipient] of cases) {
      expect((await register(email)).status).toBe(201);
      expect(await sentTo()).toEqual([recipient]);
    }
  });

  it('a domain is the same in ASCII and in Unicode', async () => {
    expect((await register('one@b\u00FCcher.example')).status).toBe(201);
    const again = await register('one@xn--bcher-kva.example');
    expect([again.status, again.body.code]).toEqual([409, 'email_taken']);
    expect((await logIn('ONE@XN--BCHER-KVA.example')).status).toBe(200);
  });

  describe('an account from before these rules', () => {
    const holdAddress = async (email: string, emailKey: string) => {
      const { body } = await register(`${newName()}@example.com`);
      await query(`UPDATE "users" SET "email" = $1, "emailKey" = $2 WHERE "id" = $3`, [email, emailKey, body.user.id]);
      await sentTo();
      return body.user;
    };

    it('logs in and gets a link by its own address, which no other address does', async () => {
      const email = '\u2764old@example.com';
      const { username } = await holdAddress(email, email);
      expect((await logIn(email)).body.user.username).toBe(username);
      expect((await logIn(username)).status).toBe(200);
      expect((await forget(email)).status).toBe(202);
      expect(await sentTo()).toEqual([email]);
      expect((await logIn('old@example.com')).status).toBe(401);
    });

    it('with a Kelvin sign keeps its key, so that no one takes the address in plain letters', async () => {
      const email = '\u212Aeeper@example.com';
      const { username } = await holdAddress(email, 'keeper@example.com');
      expect((await logIn(email)).body.user.username).toBe(username);
      expect((await register('keeper@example.com')).body.code).toBe('email_taken');
    });

    it('gets no mail if the mail server would change its address', async () => {
      const email = '\u2028old2@example.com';
      const { username } = await holdAddress(email, email);
      const { body } = await logIn(username);
      await app.anonymous.as(body.accessToken).post('/auth/email/verification');
      expect(await sentTo()).toEqual([]);
      const [waiting] = await query(`SELECT "lastError" FROM "outbox_messages" WHERE "recipient" = $1`, [email]);
      expect(waiting?.['lastError']).toMatch(/other than its recipient/);
    });

    it('whose domain was written in ASCII is found by either form, unless another account has the other', async () => {
      const first = await holdAddress('two@xn--bcher-kva.example', 'two@xn--bcher-kva.example');
      const [one] = await query(`SELECT "id" FROM "users" WHERE "emailKey" = 'one@b\u00FCcher.example'`);
      const second = await holdAddress('one@xn--bcher-kva.example', 'one@xn--bcher-kva.example');
      const runner = app.app.get(Database).manager.connection.createQueryRunner();
      await new DomainsInUnicode1763711000000().up(runner);
      await runner.release();
      expect((await logIn('two@b\u00FCcher.example')).body.user.id).toBe(first.id);
      expect((await logIn('two@xn--bcher-kva.example')).body.user.id).toBe(first.id);
      expect((await logIn('one@b\u00FCcher.example')).body.user.id).toBe(one?.['id']);
      expect((await logIn(second.username)).status).toBe(200);
    });
  });
});
