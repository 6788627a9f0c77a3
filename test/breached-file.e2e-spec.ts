import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashSync } from 'bcrypt';
import { AuditEvent } from '../src/platform/audit/audit-event.entity';
import { AuditVerifier } from '../src/platform/audit/audit-verifier.service';
import { Database } from '../src/platform/database/database.service';
import { TestApp } from './support/app';
import { type Problem, PASSWORD } from './support/client';
import { runCommand } from './support/command';
import { createDatabase, onEachDatabase, type TestDatabase } from './support/databases';
import { Program } from './support/program';
import { sha1 } from './support/range-server';
import { Visitor } from './support/visitor';

/** Hard to guess, but known. */
const LEAKED = 'Zoë has leaked this long passphrase';

/** Writes a file of many hashes, in Windows lines and without a newline at its end. @param known among others */
function writeHashes(file: string, known: string): void {
  const others = Array.from({ length: 1000 }, (_, index) => sha1(`other ${index}`));
  const lines = [sha1(known), ...others].sort().map((hash, index) => `${hash}:${index + 1}`);
  writeFileSync(file, lines.join('\r\n'));
}

onEachDatabase((dialect) => {
  let database: TestDatabase;
  let app: TestApp;
  let env: Record<string, string>;
  let file: string;

  beforeAll(async () => {
    database = await createDatabase(dialect);
    file = join(database.dataDir, 'hashes.txt');
    writeHashes(file, LEAKED);
    env = { ...database.env, BREACHED_PASSWORDS: 'file', BREACHED_PASSWORDS_FILE: file };
    app = await TestApp.on(database, env);
  });

  afterAll(() => app.stop());

  const register = (username: string, password: string) => {
    const account = { username, email: `${username}@example.com`, password };
    return app.anonymous.post<Problem>('/auth/register', account);
  };
  const login = async (username: string, password: string) =>
    (await app.anonymous.post('/auth/login', { username, password })).status;
  const failures = () => app.app.get(Database).select(AuditEvent, '"type" = $1', ['password.breach-check-failed']);

  it('a leaked password is refused at registration, with the reason and what to do', async () => {
    const { status, body } = await register('alice', LEAKED);
    expect([status, body.code]).toEqual([400, 'weak_password']);
    expect(body.detail).toMatch(/^The password has appeared in a data breach of another service\. .+ Choose .+\.$/);
    expect(body.errors).toEqual([
      { pointer: '/password', message: expect.stringMatching(/^must not be .+ data breach/) as string },
    ]);
    expect(await login('alice', LEAKED)).toBe(401);
    expect((await register('alice', `${LEAKED}!`)).status).toBe(201);
    expect(await failures()).toEqual([]);
  });

  it('is the same in another Unicode form', async () => {
    expect((await register('bob', LEAKED.normalize('NFD'))).body.code).toBe('weak_password');
    expect((await register('bob', LEAKED.toLowerCase())).status).toBe(201);
  });

  it('is refused when a password is changed or reset, and the link stays valid', async () => {
    const carol = await app.register('carol');
    const change = { currentPassword: PASSWORD, newPassword: LEAKED };
    const changed = await carol.send<Problem>('PUT', '/auth/password', change);
    expect([changed.status, changed.body.code, changed.body.errors?.[0]?.pointer]).toEqual([
      ...[400, 'weak_password', '/newPassword'],
    ]);
    await app.anonymous.post('/auth/password/forgot', { email: 'carol@example.com' });
    const token = (await app.mailTo('carol@example.com')).at(-1)?.token;
    const reset = (password: string) => app.anonymous.post<Problem>('/auth/password/reset', { token, password });
    expect((await reset(LEAKED)).body.code).toBe('weak_password');
    expect((await reset('another fine passphrase')).status).toBe(204);
    expect(await login('carol', 'another fine passphrase')).toBe(200);
  });

  it('is refused by the forms of the site, with the reason beside the field', async () => {
    const fields = { username: 'dave', email: 'dave@example.com', password: LEAKED, passwordAgain: LEAKED };
    const { status, html } = await new Visitor(app.origin).post('/register', fields);
    expect(status).toBe(400);
    expect(html).toContain('Password must not be a password that has appeared in a data breach of another service.');
    expect(html).not.toContain(LEAKED);
  });

  it('is refused by the command line', async () => {
    const args = ['users:create-admin', '--username', 'root', '--email', 'root@example.com', '--password-stdin'];
    const refused = await runCommand(env, args, `${LEAKED}\n`);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/has appeared in a data breach/) as string,
    ]);
    expect(await runCommand(env, args, `${PASSWORD}\n`)).toMatchObject({ code: 0 });
  });

  it('of an imported account stays valid, as its hash tells nothing', async () => {
    const people = join(database.dataDir, 'people.csv');
    writeFileSync(
      people,
      `username,email,passwordHash\ngina,gina@example.com,${hashSync(LEAKED.normalize('NFC'), 4)}\n`,
    );
    expect(await runCommand(env, ['users:import', people])).toMatchObject({ code: 0 });
    expect(await login('gina', LEAKED)).toBe(200);
  });

  it('that cannot be looked up any more is accepted, and the audit trail tells that it was not checked', async () => {
    const erin = await app.register('erin');
    truncateSync(file, 20_000);
    const change = { currentPassword: PASSWORD, newPassword: LEAKED };
    expect((await erin.send('PUT', '/auth/password', change)).status).toBe(200);
    writeHashes(file, LEAKED);
    const { id } = erin.session.user;
    expect(await failures()).toMatchObject([
      { result: 'failure', actorId: id, accountId: id, details: '{"reason":"invalid-data"}' },
    ]);
    expect((await app.app.get(AuditVerifier).verify()).fault).toBeNull();
    expect((await register('frank', LEAKED)).status).toBe(400);
  });
});

describe('the server does not start', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createDatabase('sqlite');
  });

  afterAll(() => database.drop());

  it.each([
    ['without the file of leaked passwords', undefined, /cannot be read: ENOENT.*$/],
    [
      'with one that is sorted by count',
      [sha1('b'), sha1('a')].sort().reverse(),
      /is not sorted by hash around byte 0$/,
    ],
  ])('%s, and says why in one line', async (_, lines, reason) => {
    const file = join(database.dataDir, 'leaked.txt');
    if (lines) writeFileSync(file, lines.join('\n'));
    const env = { ...database.env, BREACHED_PASSWORDS: 'file', BREACHED_PASSWORDS_FILE: file };
    const { code, stdout, stderr } = await Program.refuse(env);
    expect([code, stdout]).toEqual([1, []]);
    expect(stderr.trimEnd()).toMatch(/^Latchkey cannot start: BREACHED_PASSWORDS_FILE: [^\n]+$/);
    expect(stderr.trimEnd()).toMatch(reason);
  });
});
