import { AuditEvent } from '../src/platform/audit/audit-event.entity';
import { AuditVerifier } from '../src/platform/audit/audit-verifier.service';
import { Database } from '../src/platform/database/database.service';
import { TestApp } from './support/app';
import { type Problem, PASSWORD } from './support/client';
import { createDatabase, onEachDatabase } from './support/databases';
import { Program } from './support/program';
import { RangeServer, rowsFor, send, sha1, wrongAnswers } from './support/range-server';

/** Hard to guess, but known. */
const LEAKED = 'somebody has leaked this long passphrase';

const PREFIX = sha1(LEAKED).slice(0, 5);

let server: RangeServer;

beforeAll(async () => {
  server = await RangeServer.start();
});

afterAll(() => server.stop());

onEachDatabase((dialect) => {
  let app: TestApp;
  let people = 0;

  beforeAll(async () => {
    app = await TestApp.start(dialect, { BREACHED_PASSWORDS: 'range', BREACHED_PASSWORDS_URL: `${server.url}/` });
  });

  beforeEach(() => {
    server.questions.length = 0;
  });

  afterAll(() => app.stop());

  const register = (password: string, username = `person${(people += 1)}`) => {
    const account = { username, email: `${username}@example.com`, password };
    return app.anonymous.post<Problem>('/auth/register', account);
  };
  const failures = () =>
    app.app.get(Database).select(AuditEvent, '"type" = $1 ORDER BY "sequence"', ['password.breach-check-failed']);

  it('a password that the range API knows is refused, and the API gets five digits of its hash', async () => {
    server.knows(rowsFor([LEAKED]));
    const { status, body } = await register(LEAKED);
    expect([status, body.code, body.errors?.[0]?.pointer]).toEqual([400, 'weak_password', '/password']);
    expect(body.detail).toMatch(/^The password has appeared in a data breach of another service\./);
    expect(server.questions).toEqual([{ url: `/range/${PREFIX}`, padding: 'true' }]);
  });

  it('one that it does not know, or has only in its padding, is accepted', async () => {
    server.knows(rowsFor(['another password']));
    expect((await register(LEAKED)).status).toBe(201);
    server.knows(rowsFor([LEAKED], 0));
    expect((await register(LEAKED)).status).toBe(201);
    expect(await failures()).toEqual([]);
  });

  it('is not asked about a password that is refused anyway, nor about logins', async () => {
    server.knows([]);
    await app.register('alice');
    server.questions.length = 0;
    expect((await register('Password123!')).status).toBe(400);
    expect((await register('another fine passphrase', 'alice')).status).toBe(409);
    await app.logIn('alice');
    expect(server.questions).toEqual([]);
  });

  it.each(wrongAnswers(LEAKED))(
    'a service that %s locks no one out: the password is accepted, and the audit trail tells (%s)',
    async (_, reason, answers) => {
      const before = (await failures()).length;
      server.answers = answers;
      expect((await register(LEAKED)).status).toBe(201);
      const [event, ...more] = (await failures()).slice(before);
      expect(more).toEqual([]);
      expect(event).toMatchObject({ result: 'failure', actorKind: 'anonymous', details: JSON.stringify({ reason }) });
      // No redirect was followed, and nothing asked twice.
      expect(server.questions.map(({ url }) => url)).toEqual([`/range/${PREFIX}`]);
    },
  );

  it('a service that never answers locks no one out, not even of 40 at once', async () => {
    const before = (await failures()).length;
    server.answers = () => undefined;
    const answers = await Promise.all(Array.from({ length: 40 }, () => register(LEAKED)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    const reasons = (await failures()).slice(before).map(({ details }) => details);
    expect(reasons).toHaveLength(answers.length);
    expect(new Set(reasons).has('{"reason":"invalid-data"}')).toBe(false);
  });

  it('the account whose password was not checked is named, and the chain of events is unbroken', async () => {
    server.knows([]);
    const bob = await app.register('bob');
    server.answers = (_, response) => void response.writeHead(500).end();
    const change = { currentPassword: PASSWORD, newPassword: LEAKED };
    expect((await bob.send('PUT', '/auth/password', change)).status).toBe(200);
    const events = await failures();
    expect(events.at(-1)).toMatchObject({ actorId: bob.session.user.id, accountId: bob.session.user.id });
    expect(JSON.stringify(events)).not.toMatch(new RegExp(`${LEAKED}|${PREFIX}`));
    expect((await app.app.get(AuditVerifier).verify()).fault).toBeNull();
    server.answers = (_, response) => send(response, rowsFor([LEAKED]));
    expect((await register(LEAKED)).status).toBe(400);
  });
});

it('neither the password nor any part of its hash is in the log, and a failure is', async () => {
  const database = await createDatabase('sqlite');
  const range = { BREACHED_PASSWORDS: 'range', BREACHED_PASSWORDS_URL: server.url, LOG_LEVEL: 'trace' };
  const program = await Program.start({ ...database.env, ...range });
  const register = (username: string) => {
    const account = { username, email: `${username}@example.com`, password: LEAKED };
    return program.anonymous.post('/auth/register', account);
  };
  server.knows(rowsFor([LEAKED]));
  expect((await register('alice')).status).toBe(400);
  for (const [index, [, , answers]] of wrongAnswers(LEAKED).entries()) {
    server.answers = answers;
    expect((await register(`person${index}`)).status).toBe(201);
  }
  await program.logged(
    ({ msg, level }) => level === 'warn' && msg === 'A password could not be compared with leaked ones',
  );
  await program.stop();
  const said = program.stdout.join('\n') + program.stderr;
  for (const secret of [LEAKED, PREFIX, sha1(LEAKED).slice(5)]) expect(said).not.toContain(secret);
  expect(said.toUpperCase()).not.toContain(sha1(LEAKED));
  await database.drop();
});
