import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

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
