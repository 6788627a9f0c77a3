import { appendFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm, watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { requesterOf } from '../src/auth/passwords/hashing/hash-requester';
import { PasswordHasher } from '../src/auth/passwords/password-hasher.service';
import { AuditVerifier } from '../src/platform/audit/audit-verifier.service';
import { OPERATOR } from '../src/platform/audit/domain-events';
import { PASSWORD, TestApp } from './support/app';
import type { Authenticated } from './support/client';
import { openDatabase, runCommand, startCommand } from './support/command';
import { onEachDatabase } from './support/databases';

const BCRYPT = `$2b$12$${'.'.repeat(53)}`;
const HEADER = 'username,email,passwordHash,emailVerified,isActive,createdAt';

interface Vector {
  scheme: string;
  system: string;
  password: string;
  hash: string;
}

/** One hash of each system, as the system itself made it. */
const VECTORS = [
  ...new Map(
    (
      JSON.parse(readFileSync(join(__dirname, '../src/auth/passwords/foreign-hashes/vectors.json'), 'utf8')) as Vector[]
    ).map((vector) => [vector.system, vector]),
  ).values(),
];

interface Refused {
  line: number;
  username: string | null;
  reason: string;
}

const folder = mkdtempSync(join(tmpdir(), 'latchkey-import-'));
let files = 0;

/** A file of a test's own. */
function fileOf(content: string, extension = 'csv'): string {
  const path = join(folder, `${(files += 1)}.${extension}`);
  writeFileSync(path, content);
  return path;
}

function reportOf(path: string): Refused[] {
  const text = readFileSync(`${path}.refused.jsonl`, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Refused);
}

/** As many people as asked for; every hundredth line is broken. */
const crowd = (prefix: string, count: number) =>
  ['username,email,passwordHash']
    .concat(
      Array.from({ length: count }, (_, index) =>
        index % 100 === 7
          ? `${prefix}${index},nowhere,${BCRYPT}`
          : `${prefix}${index},${prefix}${index}@example.com,${BCRYPT}`,
      ),
    )
    .join('\n');

afterAll(() => rm(folder, { recursive: true }));

onEachDatabase((dialect) => {
  let app: TestApp;
  let env: Record<string, string>;
  let sql: DataSource;

  const importFile = (path: string) => runCommand(env, ['users:import', path]);
  const count = async (table: string, where: string): Promise<number> => {
    const [row] = await sql.query<{ count: number }[]>(`SELECT COUNT(*) AS count FROM ${table} WHERE ${where}`);
    return Number(row?.count);
  };

  /** Waits until the import has stored something, but not everything: each batch has lines for the report. */
  async function underWay(imported: number): Promise<void> {
    const changes = watch(folder)[Symbol.asyncIterator]();
    do await changes.next();
    while ((await count('users', `"username" LIKE 'late%'`)) <= imported);
    await changes.return?.();
  }

  beforeAll(async () => {
    app = await TestApp.start(dialect);
    env = app.database.env;
    sql = await openDatabase(env);
  });

  afterAll(async () => {
    await sql.destroy();
    await app.stop();
  });

  it('imports CSV and JSON Lines as other systems write them, and the people log in beside the running server', async () => {
    const hash = await app.app.get(PasswordHasher).hash(PASSWORD, requesterOf(OPERATOR));
    const csv = fileOf(
      `\uFEFF${HEADER}\r\n` +
        `ann,ann@example.com,${hash},True,1,2019-05-06T07:08:09.123456Z\r\n` +
        `\r\n"ben","jörg@example.com","","f","0",""\r\n`,
    );
    const jsonl = fileOf(
      [
        { username: 'cid', email: 'cid@example.com', passwordHash: hash, emailVerified: true },
        { username: 'dan', email: 'dan@example.com' },
      ]
        .map((user) => `${JSON.stringify(user)}\n`)
        .join('\n'),
      'jsonl',
    );
    const outcomes = await Promise.all([importFile(csv), importFile(jsonl)]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      expect(outcome.stdout).toMatch(/^2 imported, 0 refused\. \d+\.\d s\.\n$/);
    }
    expect(existsSync(`${csv}.refused.jsonl`)).toBe(false);
    for (const username of ['ann', 'CID@example.com']) {
      const { status } = await app.anonymous.post('/auth/login', { username, password: PASSWORD });
      expect({ username, status }).toEqual({ username, status: 200 });
    }
    const { body } = await app.anonymous.post<Authenticated>('/auth/login', { username: 'ann', password: PASSWORD });
    expect(body.user).toMatchObject({
      emailVerified: true,
      roles: ['user'],
      isActive: true,
      createdAt: '2019-05-06T07:08:09.123Z',
    });
    expect(await count('users', `"username" = 'ben' AND "email" = 'jörg@example.com' AND NOT "isActive"`)).toBe(1);
    expect(await count('password_credentials', '1 = 1')).toBe(2);
    expect(await count('audit_events', `type = 'user.imported' AND details = '{"users":2}'`)).toBe(2);
    expect((await app.app.get(AuditVerifier).verify()).fault).toBeNull();
  });

  it('brings people of other systems in with the passwords that they have there', async () => {
    const people = VECTORS.map(({ hash, password }, index) => ({
      profile: { username: `moved-${index}`, email: `moved-${index}@example.com`, passwordHash: hash },
      password,
    }));
    const path = fileOf(people.map(({ profile }) => JSON.stringify(profile)).join('\n'), 'jsonl');
    expect((await importFile(path)).stdout).toContain(`${people.length} imported, 0 refused`);
    for (const { profile, password } of people) {
      const logIn = (sent: string) => app.anonymous.post('/auth/login', { username: profile.username, password: sent });
      expect([profile.username, (await logIn(`w${password}`.slice(0, 256))).status]).toEqual([profile.username, 401]);
      expect([profile.username, (await logIn(password)).status]).toEqual([profile.username, 200]);
    }
    expect(await count('password_credentials', `"hash" LIKE 'hmac384$%'`)).toBeGreaterThanOrEqual(people.length);
  });

  it('refuses and counts broken lines, duplicates and hostile hashes of a CSV file, and imports the rest', async () => {
    await app.register('taken');
    const long = '$argon2id$v=19$m=4194304,t=1000000,p=1$c29tZXNhbHQ$aGFzaA';
    const lines: [string, string | null][] = [
      [`good1,good1@example.com,${BCRYPT},,,`, null],
      [`x,x@example.com,${BCRYPT},,,`, 'username must be 3 to 80 of letters, digits, _, . and -'],
      [`mail,nowhere,${BCRYPT},,,`, 'email must be an email address'],
      [`TAKEN,new@example.com,,,,`, 'username is already taken, by an account or an earlier line'],
      [`new,Taken@Example.com,,,,`, 'email is already taken, by an account or an earlier line'],
      [`GOOD1,other@example.com,,,,`, 'username is already taken, by an account or an earlier line'],
      [`cost31,a@example.com,$2b$31$${'a'.repeat(53)},,,`, 'passwordHash'],
      [`iterated,b@example.com,pbkdf2_sha256$999999999999$salt$aGFzaA==,,,`, 'passwordHash'],
      [`memory,c@example.com,"${long}",,,`, 'passwordHash'],
      ['few,few@example.com', 'has 2 fields instead of 6'],
      [`in"ches,inches@example.com,${BCRYPT},,,`, 'is not CSV'],
      [`nul\0,nul@example.com,,,,`, 'username must not contain a NUL character'],
      [`flag,flag@example.com,,maybe,,`, 'emailVerified must be true or false'],
      [`zone,zone@example.com,,,,2019-05-06 07:08:09`, 'createdAt must be a time with a zone'],
      [`later,later@example.com,,,,2999-05-06T07:08:09Z`, 'createdAt must be a time between 1970 and now'],
      ['x'.repeat(1_000_000), 'is longer than 16384 characters'],
      [`good2,good2@example.com,${BCRYPT},,,`, null],
    ];
    const path = fileOf([HEADER, ...lines.map(([line]) => line)].join('\n'));
    const { code, stdout } = await importFile(path);
    expect(code).toBe(0);
    expect(stdout).toContain('2 imported, 15 refused (see ');
    const expected = lines.flatMap(([, reason], index) =>
      reason === null ? [] : [{ line: index + 2, reason: expect.stringContaining(reason) as string }],
    );
    expect(reportOf(path)).toEqual(expected.map((refused) => expect.objectContaining(refused) as Refused));
    expect(reportOf(path)[0]?.username).toBe('x');
    expect(readFileSync(`${path}.refused.jsonl`, 'utf8')).not.toMatch(/\$2b|aGFzaA|m=4194304/);
  });

  it('reads quoted line ends of a CSV file as part of their field, and tells the line at which a record begins', async () => {
    const hidden = `evil1,evil1@example.com,${BCRYPT},true,,`;
    const path = fileOf(
      [
        HEADER,
        `"lines\r\n\r\n""${hidden}""\n${hidden}",lines@example.com,,,,`,
        `between1,between1@example.com,"${BCRYPT}",,,\r`,
        `"${hidden}\n${`${'x'.repeat(99)}\n`.repeat(1_000)}${hidden}\n",long@example.com,,,,`,
        `"${'x'.repeat(100_000)}\n${hidden}\n",long@example.com,,,,`,
        `between2,between2@example.com,${BCRYPT},"\n",,`,
        `between3,between3@example.com,${BCRYPT},,,`,
        `"open,open@example.com,,,,`,
        hidden,
      ].join('\n'),
    );
    expect((await importFile(path)).stdout).toContain('2 imported, 5 refused');
    expect(reportOf(path).map(({ line, reason }) => [line, reason])).toEqual([
      [2, expect.stringMatching(/^username must be/)],
      [7, 'is longer than 16384 characters (up to line 1009)'],
      [1010, 'is longer than 16384 characters (up to line 1012)'],
      [1013, 'emailVerified must be true or false'],
      [1016, 'is not CSV (up to line 1017)'],
    ]);
    expect(await count('users', `"username" LIKE 'evil%'`)).toBe(0);
    expect(await count('users', `"username" LIKE 'between%'`)).toBe(2);
  });

  it('refuses broken and unknown things of a JSON Lines file line by line, roles among them', async () => {
    const good = { username: 'json', email: 'json@example.com' };
    const path = fileOf(
      ['{"username":', '[]', '"text"', JSON.stringify({ ...good, roles: ['admin'] }), '{"username":"\\ud800abc"}']
        .concat(JSON.stringify({ ...good, isActive: 'true' }), JSON.stringify({ ...good, passwordHash: null }))
        .concat('{"__proto__":{"roles":["admin"]},"username":"json","email":"json@example.com"}', JSON.stringify(good))
        .join('\n'),
      'jsonl',
    );
    const { stdout } = await importFile(path);
    expect(stdout).toContain('1 imported, 8 refused');
    expect(reportOf(path).map(({ reason }) => reason)).toEqual([
      'is not JSON',
      'the line must be a JSON object',
      'the line must be a JSON object',
      'roles is not a known property',
      'username must be well-formed Unicode, without lone surrogates',
      'isActive must be true or false',
      'passwordHash must be a string',
      '__proto__ is not a known property',
    ]);
    expect(await count('users', `"username" = 'json' AND "roles" = 'user'`)).toBe(1);
  });

  it('lets two imports of the same people run at once: each account is imported by one of them', async () => {
    const [one, other] = [fileOf(crowd('twin', 600)), fileOf(`${crowd('twin', 600)}\n`)];
    const outcomes = await Promise.all([importFile(one), importFile(other), importFile(one)]);
    expect(outcomes.map(({ stderr }) => stderr).filter((text) => /Another|No account|^$/.exec(text) === null)).toEqual(
      [],
    );
    expect(await count('users', `"username" LIKE 'twin%'`)).toBe(594);
    expect(await count('audit_events', `type = 'user.imported' AND details = '{"users":0}'`)).toBe(0);
    expect((await app.app.get(AuditVerifier).verify()).fault).toBeNull();
  });

  it('imports every account exactly once, whenever it is killed or interrupted, and then says that it is done', async () => {
    const path = fileOf(crowd('late', 4_000));
    const killed = startCommand(env, ['users:import', path]);
    await underWay(0);
    killed.signal('SIGKILL');
    expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' });
    const before = await count('users', `"username" LIKE 'late%'`);
    expect(before).toBeLessThan(3_960);
    // As if it had died in the middle of the next batch's report.
    appendFileSync(`${path}.refused.jsonl`, '{"line":');

    const interrupted = startCommand(env, ['users:import', path]);
    await underWay(before);
    interrupted.signal('SIGINT');
    const { code, stdout } = await interrupted.ended;
    expect(code).toBe(130);
    expect(stdout).toContain('Run the same command again');
    expect(await count('users', `"username" LIKE 'late%'`)).toBeLessThan(3_960);

    expect((await importFile(path)).stdout).toMatch(/^3960 imported, 40 refused /);
    expect(await count('users', `"username" LIKE 'late%'`)).toBe(3_960);
    expect(
      await count('password_credentials', `"userId" IN (SELECT id FROM users WHERE "username" LIKE 'late%')`),
    ).toBe(3_960);
    expect(reportOf(path).map(({ line }) => line)).toEqual(Array.from({ length: 40 }, (_, index) => index * 100 + 9));

    const again = await importFile(path);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toMatch(/^This file was already imported, finished at .*: 3960 imported, 40 refused/);
    expect((await app.app.get(AuditVerifier).verify()).fault).toBeNull();
  });
});

describe('a file of which nothing can be read', () => {
  it.each([
    [
      'an unknown column',
      `${HEADER},roles\nann,ann@example.com,,,,,admin`,
      'csv',
      /^Unknown column "roles" in the header/,
    ],
    ['a header without end', 'x'.repeat(20_000_000), 'csv', /^There is no column username in the header/],
  ])('%s: is refused in one line', async (_, content, extension, reason) => {
    const env = { DATA_DIR: mkdtempSync(join(folder, 'data-')) };
    const { code, stdout, stderr } = await runCommand(env, ['users:import', fileOf(content, extension)]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(reason);
    expect(stderr.trim()).not.toContain('\n');
  });
});
