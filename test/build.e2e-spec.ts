import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PASSWORD } from './support/client';
import { createDatabase, type TestDatabase } from './support/databases';
import { IdentityProvider } from './support/identity-provider';
import { mailIn } from './support/mailbox';
import { addPasskey, HandmadePasskey, type RequestCeremony } from './support/passkeys';
import { type LogLine, Program } from './support/program';
import { Visitor } from './support/visitor';

const SCRIPTS = join(__dirname, '../scripts');

/** A project with the scripts of this one, whose build only copies. */
class Project {
  private readonly folder = mkdtempSync(join(tmpdir(), 'latchkey-build-'));

  constructor() {
    cpSync(SCRIPTS, join(this.folder, 'scripts'), { recursive: true });
    const scripts = {
      build: 'mkdir -p dist && cp src/main.ts dist/main.js',
      postbuild: 'node scripts/stamp-build.mjs',
      prestart: 'node scripts/build-if-stale.mjs',
      start: 'node dist/main.js',
    };
    this.write('package.json', JSON.stringify({ scripts }));
    this.write('src/main.ts', 'console.log("first")');
    this.install();
  }

  write(path: string, content: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true });
  }

  /** Like a clone or a copy. */
  touch(path: string): void {
    const later = new Date(Date.now() + 60_000);
    utimesSync(join(this.folder, path), later, later);
  }

  /** Installs the compiler where npm ci would. */
  install(): void {
    for (const name of ['@nestjs/cli', 'typescript']) this.write(`node_modules/${name}/package.json`, '{}');
  }

  /** `npm start`: what the program printed, what was told besides, and how it ended. */
  start(): { status: number | null; stdout: string; told: string } {
    const { status, stdout, stderr } = spawnSync('npm', ['start', '--silent'], { cwd: this.folder, encoding: 'utf8' });
    const told = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('npm warn'));
    return { status, stdout: stdout.trim(), told: told.join('\n') };
  }

  get isBuilt(): boolean {
    return existsSync(join(this.folder, 'dist/main.js'));
  }

  drop(): void {
    rmSync(this.folder, { recursive: true });
  }
}

it('npm start is node dist/main.js, so that both ways are as fast and as small', () => {
  const { scripts } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(scripts['start']).toBe('node dist/main.js');
});

it('the built program has each package once: from node_modules come only native ones and what those need', () => {
  const tell = `process.on('exit', () => console.log(JSON.stringify(Object.keys(require.cache))))`;
  const hook = join(mkdtempSync(join(tmpdir(), 'latchkey-build-')), 'hook.cjs');
  writeFileSync(hook, tell);
  // Loads everything that the server loads, and opens no database.
  const args = ['--require', hook, 'dist/openapi.js', '--check'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: join(__dirname, '..'), encoding: 'utf8' });
  rmSync(dirname(hook), { recursive: true });
  expect(stderr).toBe('');
  const files = JSON.parse(stdout) as string[];
  const packages = files.flatMap((file) => /.*node_modules.((?:@[^/]*.)?[^/]*)/.exec(file)?.[1] ?? []);
  const ofSqlite = ['bindings', 'file-uri-to-path', 'sqlite3'];
  expect([...new Set(packages)].sort()).toEqual(['@phc/format', 'argon2', ...ofSqlite, 'node-gyp-build'].sort());
});

describe('packages that the built program loads when they are first used', () => {
  let database: TestDatabase;
  let provider: IdentityProvider;
  let program: Program;
  let visitor: Visitor;

  beforeAll(async () => {
    [database, provider] = [await createDatabase('sqlite'), await IdentityProvider.start()];
    const acme = { CLIENT_ID: 'latchkey', CLIENT_SECRET: 'secret', ISSUER: provider.issuer };
    program = await Program.start({
      ...database.env,
      EXTERNAL_PROVIDERS: 'acme',
      ...Object.fromEntries(Object.entries(acme).map(([name, value]) => [`EXTERNAL_ACME_${name}`, value])),
    });
    visitor = await new Visitor(program.url).register('alice');
  });

  afterAll(async () => {
    await Program.killAll();
    await Promise.all([provider.stop(), database.drop()]);
  });

  it('write mail', async () => {
    const isMailed = ({ msg }: LogLine) => msg.includes('was written to');
    await program.logged(isMailed);
    expect((await mailIn(database.dataDir)).map(({ to }) => to)).toContain('alice@example.com');
  });

  it('show Markdown', async () => {
    const key = /name="key" value="([^"]+)"/.exec((await visitor.get('/notes/new')).html)?.[1] ?? '';
    const { location } = await visitor.post('/notes', { key, title: 'Groceries', content: '*fresh* <script>' });
    expect((await visitor.get(location ?? '')).html).toContain('<em>fresh</em> &lt;script&gt;');
  });

  it('draw the code of an authenticator app', async () => {
    const { location } = await visitor.post('/account/security/totp', { name: 'Phone' });
    expect((await visitor.get(location ?? '')).html).toContain('<svg ');
  });

  it('verify passkeys', async () => {
    const bob = program.as(await program.register('bob'));
    const passkey = new HandmadePasskey(program.url.replace('127.0.0.1', 'localhost'));
    expect((await addPasskey(bob, passkey)).status).toBe(201);
    const { body } = await program.anonymous.post<RequestCeremony>('/auth/passkeys/login/options');
    expect((await program.anonymous.post('/auth/passkeys/login', passkey.assertion(body))).status).toBe(200);
  });

  it('sign in with a provider', async () => {
    const { headers } = await new Visitor(program.url).post('/login/external/acme');
    expect(headers.get('refresh')).toContain(provider.issuer);
  });

  it('validate addresses, and refuse files that do not exist', async () => {
    const account = { username: 'carol', email: 'no address', password: PASSWORD };
    expect((await program.anonymous.post('/auth/register', account)).status).toBe(400);
    expect((await fetch(`${program.url}/api/docs/none.css`)).status).toBe(404);
  });
});

describe('npm start', () => {
  let project: Project;

  beforeEach(() => {
    project = new Project();
  });

  afterEach(() => project.drop());

  it('reports that it builds, builds once, and again when the sources differ', () => {
    const built = { status: 0, stdout: 'first', told: expect.stringMatching(/^Building Latchkey [^\n]+$/) as string };
    expect(project.start()).toEqual(built);
    project.touch('src/main.ts');
    project.write('src/main.spec.ts', 'a test is not part of the program');
    expect(project.start()).toEqual({ status: 0, stdout: 'first', told: '' });
    project.write('src/main.ts', 'console.log("second")');
    expect(project.start()).toEqual({ ...built, stdout: 'second' });
  });

  it('needs no development dependency after a build, whatever happens to the sources', () => {
    project.start();
    project.remove('node_modules');
    project.touch('src/main.ts');
    expect(project.start()).toEqual({ status: 0, stdout: 'first', told: '' });
    project.write('src/main.ts', 'console.log("second")');
    const { status, stdout, told } = project.start();
    expect([status, stdout]).toEqual([0, 'first']);
    expect(told).toMatch(/^The sources have changed [^\n]+: running the last build\.$/);
    project.remove('src');
    expect(project.start()).toEqual({ status: 0, stdout: 'first', told: '' });
  });

  it('reports in one sentence what is missing when it was never built and cannot be', () => {
    project.remove('node_modules');
    const { status, told } = project.start();
    expect(status).toBe(1);
    expect(told).toMatch(/^Latchkey is not built and no compiler is installed: [^\n]+$/);
    expect(project.isBuilt).toBe(false);
  });
});
