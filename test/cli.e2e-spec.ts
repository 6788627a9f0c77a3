import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { isHeadGenuine } from '../src/platform/audit/audit-chain';
import { AuditHead } from '../src/platform/audit/audit-event.entity';
import { AuditVerifier } from '../src/platform/audit/audit-verifier.service';
import { AuditWriter } from '../src/platform/audit/audit-writer.service';
import { OPERATOR } from '../src/platform/audit/domain-events';
import { Keyring } from '../src/platform/config/keyring';
import { Database } from '../src/platform/database/database.service';
import { type Actor, TestApp } from './support/app';
import { type Authenticated, PASSWORD } from './support/client';
import { openDatabase, type Outcome, runCommand, spawnCommand } from './support/command';
import { createDatabase, type Dialect, onEachDatabase, type TestDatabase } from './support/databases';

const succeeded = { code: 0, stderr: '' };

/** Refused in one line on standard error. */
function expectRefused({ code, stdout, stderr }: Outcome, reason: RegExp, expected = 1): void {
  expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
  expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(reason)]);
}

/** Names the key that signed a token. */
const keyId = ({ accessToken }: Authenticated) => {
  const header: unknown = JSON.parse(Buffer.from(accessToken.split('.')[0] ?? '', 'base64url').toString());
  return header;
};

describe('the command line', () => {
  it('lists every command and what it does', async () => {
    const { code, stdout } = await spawnCommand({}, ['help']);
    expect(code).toBe(0);
    const names = [
      'users:create-admin',
      'users:import',
      'users:deactivate',
      'users:remove-second-factor',
      'audit:verify',
      'keys:rotate',
    ];
    const migrations = ['run', 'show', 'revert', 'check'].map((name) => `migration:${name}`);
    for (const name of [...names, ...migrations]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} .*\\w`, 'm'));
    }
  });

  it('reports wrong usage in one line with exit code 2', async () => {
    const cases: [string[], RegExp][] = [
      [['users:explode'], /unknown command 'users:explode'/],
      [['users:create-admin', '--username', 'root'], /give either --username and --email, or --promote alone/],
      [['audit:verify', '--expect', 'latest'], /It must be SEQUENCE:HASH/],
    ];
    for (const [args, reason] of cases) expectRefused(await runCommand({}, args), reason, 2);
    expectRefused(await spawnCommand({}, ['users:explode']), /unknown command 'users:explode'/, 2);
  });

  it('reports a wrong setting in one line with exit code 1', async () => {
    const wrong = { DATABASE_URL: 'mysql://host' };
    for (const start of [runCommand, spawnCommand]) {
      expectRefused(await start(wrong, ['audit:verify']), /^DATABASE_URL: must be /);
    }
  });
});

onEachDatabase((dialect) => {
  /** The built command on one database, to test the build, and the same code in this process on the other. */
  const builtOn = (shown: Dialect) => (dialect === shown ? spawnCommand : runCommand);

  describe('beside a running server', () => {
    let app: TestApp;
    let env: Record<string, string>;
    let sql: DataSource;

    const login = (username: string, password: string) =>
      app.anonymous.post<Authenticated>('/auth/login', { username, password });
    const events = async (type: string) =>
      (await sql.query<object[]>(`SELECT * FROM audit_events WHERE type = $1`, [type])).length;

    beforeAll(async () => {
      app = await TestApp.start(dialect);
      env = app.database.env;
      sql = await openDatabase(env);
    });

    afterAll(async () => {
      await sql.destroy();
      await app.stop();
    });

    it('users:create-admin creates an administrator with a password that is shown once', async () => {
      const args = ['users:create-admin', '--username', 'root', '--email', 'root@example.com'];
      const { stdout, ...outcome } = await builtOn('sqlite')(env, args);
      expect(outcome).toMatchObject(succeeded);
      const [, password = ''] = /^root is an administrator\.\nPassword: ([\w-]{24})\n$/.exec(stdout) ?? [];
      const { status, body } = await login('root@example.com', password);
      expect(status).toBe(200);
      expect(body.user).toMatchObject({ username: 'root', emailVerified: true, roles: ['user', 'admin'] });
      expect(await events('user.roles-changed')).toBe(1);
      expectRefused(await runCommand(env, args), /^username is already taken; email is already taken|^username is/);
    });

    it('users:create-admin reads the password from standard input, with the rules of the API', async () => {
      const create = (name: string) => [
        ...['users:create-admin', '--username', name, '--email', `${name}@example.com`, '--password-stdin'],
      ];
      const good = await builtOn('postgres')(env, create('boss'), `${PASSWORD}\nsecond line\n`);
      const bad = await runCommand(env, create('weak'), 'short\n');
      expect(good).toMatchObject({ ...succeeded, stdout: 'boss is an administrator.\n' });
      expect((await login('boss', PASSWORD)).status).toBe(200);
      expectRefused(bad, /^password must be 8 to 256 characters$/);
    });

    it('users:create-admin --promote gives an account the role, effective on its next request', async () => {
      const actor = await app.registerProven('carol');
      await actor.get('/users/me');
      expect(await runCommand(env, ['users:create-admin', '--promote', 'CAROL@example.com'])).toMatchObject({
        ...succeeded,
        stdout: 'carol is an administrator.\n',
      });
      expect((await actor.get('/users/me')).body).toMatchObject({ roles: ['user', 'admin'] });
    });

    it('users:create-admin --promote takes an address only if it was verified, and a username in any case', async () => {
      const squatter = await app.register('squatter');
      const byAddress = await runCommand(env, ['users:create-admin', '--promote', 'squatter@example.com']);
      expectRefused(byAddress, /^The address was never verified, .* Use the username instead\.$/);
      expect((await squatter.get('/users/me')).body).toMatchObject({ roles: ['user'] });
      expect(await runCommand(env, ['users:create-admin', '--promote', 'SQUATTER'])).toMatchObject(succeeded);
      expect((await squatter.get('/users/me')).body).toMatchObject({ roles: ['user', 'admin'] });
    });

    it('users:deactivate has revoked sessions and API tokens when it returns', async () => {
      const actor = await app.register('mallory');
      const request = { name: 'script', scopes: ['notes:read'], password: PASSWORD };
      const { body } = await actor.post<{ token: string }>('/auth/api-tokens', request);
      const script = actor.as(body.token);
      expect((await script.get('/notes')).status).toBe(200);
      expect((await actor.get('/notes')).status).toBe(200);
      const refused = await runCommand(env, ['users:deactivate', 'nobody']);
      expectRefused(refused, /^There is no such account\.$/);
      expect(await builtOn('sqlite')(env, ['users:deactivate', 'mallory@example.com'])).toMatchObject(succeeded);
      const [bySession, byToken] = await Promise.all([actor.get('/notes'), script.get('/notes')]);
      expect([bySession.status, byToken.status]).toEqual([401, 401]);
      expect(await events('user.deactivated')).toBe(1);
    });

    it('keys:rotate leaves a configured APP_SECRET alone, and shows a new one without the old', async () => {
      const secret = 'a configured secret of more than thirty-two bytes';
      const { code, stdout } = await runCommand({ ...env, APP_SECRET: secret }, ['keys:rotate']);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^[\w-]{64}$/m);
      expect(stdout).not.toContain(secret);
      expect(stdout).toContain('restart');
    });
  });

  describe('audit:verify', () => {
    let app: TestApp;
    let sql: DataSource;
    let actor: Actor;
    let backup: [events: Record<string, unknown>[], heads: Record<string, unknown>[]];

    const read = async (): Promise<typeof backup> => [
      await sql.query('SELECT * FROM audit_events ORDER BY sequence'),
      await sql.query('SELECT * FROM audit_heads'),
    ];

    const restore = async ([events, heads]: typeof backup): Promise<void> => {
      await sql.query('DELETE FROM audit_events');
      await sql.query('DELETE FROM audit_heads');
      for (const [table, rows] of [
        ['audit_events', events],
        ['audit_heads', heads],
      ] as const) {
        for (const row of rows) {
          const names = Object.keys(row).map((name) => `"${name}"`);
          const marks = names.map((_, index) => `$${index + 1}`);
          await sql.query(`INSERT INTO ${table} (${names.join()}) VALUES (${marks.join()})`, Object.values(row));
        }
      }
    };

    const verify = async () => (await app.app.get(AuditVerifier).verify()).fault;

    beforeAll(async () => {
      app = await TestApp.start(dialect);
      sql = await openDatabase(app.database.env);
      actor = await app.register();
      const leaving = await app.register();
      const { id } = leaving.session.user;
      const [database, audit] = [app.app.get(Database), app.app.get(AuditWriter)];
      await database.transaction((tx) => {
        audit.record(tx, { type: 'user.deleted', actor: OPERATOR, accountId: id, details: {} });
        return Promise.resolve();
      });
      for (let index = 0; index < 3; index += 1) {
        await app.anonymous.post('/auth/login', { username: actor.session.user.username, password: 'wrong' });
      }
      backup = await read();
    });

    afterAll(async () => {
      await sql.destroy();
      await app.stop();
    });

    it('accepts an intact chain, including erased accounts, and prints its newest event', async () => {
      const { stdout, ...outcome } = await builtOn('postgres')(app.database.env, ['audit:verify']);
      expect(outcome).toMatchObject(succeeded);
      const [head] = backup[1];
      expect(stdout).toContain(`Newest event: ${Number(head?.['sequence'])}:${String(head?.['hash'])}\n`);
      expect(stdout).toMatch(/[1-9]\d* of them with an erased origin/);
    });

    it.each<[string, string[], RegExp]>([
      [
        'altered details',
        [`UPDATE audit_events SET details = '{"users":7}' WHERE sequence = 2`],
        /event 2 was altered/,
      ],
      [
        'an altered time',
        ['UPDATE audit_events SET "occurredAt" = "occurredAt" + 1 WHERE sequence = 2'],
        /event 2 was altered/,
      ],
      [
        'an altered origin',
        [`UPDATE audit_events SET personal = '{"ipAddress":"6.6.6.6","userAgent":null}' WHERE sequence = 1`],
        /origin of event 1 was altered/,
      ],
      [
        'an origin that was erased without its account',
        ['UPDATE audit_events SET personal = NULL, salt = NULL WHERE sequence = 1'],
        /origin of event 1 was removed/,
      ],
      [
        'an event removed from the middle',
        ['DELETE FROM audit_events WHERE sequence = 3'],
        /events after 2 are missing/,
      ],
      [
        'the newest event removed',
        ['DELETE FROM audit_events WHERE sequence = (SELECT MAX(sequence) FROM audit_events)'],
        /events after \d+ are missing/,
      ],
      [
        'two events swapped',
        [
          'UPDATE audit_events SET sequence = 999 WHERE sequence = 2',
          'UPDATE audit_events SET sequence = 2 WHERE sequence = 3',
          'UPDATE audit_events SET sequence = 3 WHERE sequence = 999',
        ],
        /event 2 was altered/,
      ],
      [
        'an event added behind the end',
        ['UPDATE audit_events SET sequence = 1000 WHERE sequence = (SELECT MAX(sequence) FROM audit_events)'],
        /missing|added outside/,
      ],
      [
        'an event added before the first',
        [
          `INSERT INTO audit_events SELECT '00000000-0000-7000-8000-000000000000', 0, "type", "result", "occurredAt", "actorKind",
           "actorId", "accountId", "targetId", "details", "personal", "salt", "commitment", "hash"
           FROM audit_events WHERE sequence = 1`,
        ],
        /event 0 was added outside/,
      ],
      [
        'a shortened chain whose head was rewritten without the key',
        [
          'DELETE FROM audit_events WHERE sequence > 2',
          'UPDATE audit_heads SET sequence = 2, hash = (SELECT hash FROM audit_events WHERE sequence = 2)',
        ],
        /not signed with a secret of ours/,
      ],
      ['a head that is gone', ['DELETE FROM audit_heads'], /head of the chain is missing/],
    ])('finds %s', async (_, statements, fault) => {
      for (const statement of statements) await sql.query(statement);
      try {
        expect(await verify()).toMatch(fault);
      } finally {
        await restore(backup);
      }
      expect(await verify()).toBeNull();
    });

    it('says so in one line with exit code 1, and --expect finds a return to an older state', async () => {
      await app.anonymous.post('/auth/login', { username: 'nobody', password: 'wrong' });
      const [newest] = (await read())[1];
      const noted = `${Number(newest?.['sequence'])}:${String(newest?.['hash'])}`;
      const older = { sequence: 2, hash: String(backup[0][1]?.['hash']) };
      expect(await app.app.get(AuditVerifier).faultOfKnown(older)).toBeNull();
      await restore(backup);
      // Events and head from a backup: consistent by themselves, so only --expect detects it.
      expect(await verify()).toBeNull();
      const outcome = await runCommand(app.database.env, ['audit:verify', '--expect', noted]);
      expectRefused(outcome, /^The audit chain is not intact: event \d+ existed and is missing\.$/);
      expect(await app.app.get(AuditVerifier).faultOfKnown({ ...older, hash: 'x' })).toBe(
        'event 2 differs from the expected one',
      );
    });
  });

  describe('keys:rotate', () => {
    let database: TestDatabase;

    beforeAll(async () => (database = await createDatabase(dialect)));
    afterAll(() => database.drop());

    it('signs with a new secret after a restart, keeps sessions until --drop-old, and the audit chain verifiable', async () => {
      const { env, dataDir } = database;
      const secrets = () => readFileSync(join(dataDir, 'secret'), 'utf8').split('\n');
      let app = await TestApp.on(database);
      const { session } = await app.register('alice');
      const [first] = secrets();

      expect(await builtOn('postgres')(env, ['keys:rotate'])).toMatchObject(succeeded);
      expect(secrets()).toEqual([expect.stringMatching(/^[\w-]{64}$/), first]);
      expect(statSync(join(dataDir, 'secret')).mode & 0o777).toBe(0o600);
      const sql = await openDatabase(env);
      const head = await sql.getRepository(AuditHead).findOneByOrFail({ id: 1 });
      await sql.destroy();
      expect(isHeadGenuine(new Keyring([secrets()[0] ?? '']), head)).toBe(true);

      // A server that was not restarted still signs with the old secret, which must not be dropped yet.
      await app.register('bob');
      expectRefused(await runCommand(env, ['keys:rotate', '--drop-old']), /Restart every server/);
      await app.app.close();
      app = await TestApp.on(database);
      const as = ({ accessToken }: Authenticated) => app.anonymous.as(accessToken);
      expect((await as(session).get('/notes')).status).toBe(200);
      const { session: newer } = await app.register('carol');
      expect(keyId(newer)).not.toEqual(keyId(session));

      expect(await runCommand(env, ['keys:rotate', '--drop-old'])).toMatchObject(succeeded);
      expect(secrets()).toHaveLength(1);
      await app.app.close();
      expect(await runCommand(env, ['audit:verify'])).toMatchObject(succeeded);
      app = await TestApp.on(database);
      expect((await as(session).get('/notes')).status).toBe(401);
      expect((await as(newer).get('/notes')).status).toBe(200);
      await app.app.close();
    });
  });
});
