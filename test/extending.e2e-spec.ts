import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..');
const run = promisify(execFile);

/** The code blocks of the page with a file name. */
const blocks = [
  ...readFileSync(join(root, 'docs/extending.md'), 'utf8').matchAll(/```(\w+) title="([^"]+)"\n([\s\S]*?)```/g),
].map(([, language = '', file = '', text = '']) => ({ language, file, text }));

/** Applies lines with `-` and `+` as the page shows them: a removed line is replaced by the added one, imports come first. */
function patch(source: string, diff: string): string {
  const lines = diff.trimEnd().split('\n');
  const added = lines.filter((line) => line.startsWith('+')).map((line) => line.slice(1));
  const imports = added.filter((line) => line.startsWith('import ')).join('\n');
  const [replacement = ''] = added.filter((line) => !line.startsWith('import '));
  const removed = lines.find((line) => line.startsWith('-'))?.slice(1) ?? '';
  expect(source).toContain(removed);
  return `${imports}\n${source.replace(removed, replacement)}`;
}

/** The simple case of the page. */
const GENERATE = ['owned', 'bookmarks', 'url:string', 'label:string?'];

interface Described {
  operationId: string;
  parameters: { name: string; description: string }[];
}

describe('docs/extending.md', () => {
  const copy = mkdtempSync(join(tmpdir(), 'latchkey-extending-'));
  /** The original files of the project, by path. */
  const before = new Map<string, string>();
  let generated: string[];

  const filesOf = () =>
    readdirSync(copy, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\/(src|test)(\/|$)/.test(entry.parentPath))
      .map((entry) => join(entry.parentPath, entry.name).slice(copy.length + 1));

  beforeAll(async () => {
    for (const name of [
      ...['src', 'test', 'scripts', 'dist', 'package.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'],
      ...['jest.config.js', 'eslint.config.mjs', '.prettierrc.json', 'docs'],
    ]) {
      cpSync(join(root, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const file of filesOf()) before.set(file, readFileSync(join(copy, file), 'utf8'));
    for (const { language, file, text } of blocks) {
      const target = join(copy, file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, language === 'diff' ? patch(readFileSync(target, 'utf8'), text) : text);
    }
    // Lint is what the generator itself runs over what it writes.
    const { stdout } = await run('node', ['scripts/generate.mjs', ...GENERATE], { cwd: copy });
    generated = stdout.split('\n').filter((line) => line.endsWith('.ts'));
  }, 120_000);

  afterAll(() => rm(copy, { recursive: true }));

  /** Runs a tool of a package, with the PostgreSQL server of these tests. */
  const tool = (name: string, ...args: string[]) =>
    run(join(root, 'node_modules/.bin', name), args, {
      cwd: copy,
      env: { ...process.env, DATA_DIR: join(copy, 'data') },
    });

  /** In one process, which loads the application once for all files. */
  const jest = (...args: string[]) => tool('jest', '--runInBand', ...args);

  it('generates an owned resource of seven files and under 120 lines, with its migration and its spec', () => {
    const files = generated.filter((file) => /^src\/bookmarks\/(?!migrations)/.test(file));
    expect(files).toHaveLength(7);
    const lines = files.map((file) => readFileSync(join(copy, file), 'utf8').trimEnd().split('\n').length);
    expect(lines.reduce((sum, count) => sum + count)).toBeLessThan(120);
    expect(generated).toContain('test/bookmarks.e2e-spec.ts');
    expect(generated.some((file) => file.startsWith('src/bookmarks/migrations/'))).toBe(true);
  });

  it('edits no existing file, except for the lines of its modules in app.module.ts', () => {
    const changed = [...before].filter(([file, text]) => readFileSync(join(copy, file), 'utf8') !== text);
    expect(changed.map(([file]) => file)).toEqual(['src/app.module.ts']);
    const lines = readFileSync(join(copy, 'src/app.module.ts'), 'utf8').split('\n');
    const known = new Set(before.get('src/app.module.ts')?.split('\n'));
    expect(lines.filter((line) => !known.has(line)).sort()).toEqual([
      'const domainModules = [NotesModule, ProjectsModule, BookmarksModule];',
      "import { BookmarksModule } from './bookmarks/bookmarks.module';",
      "import { ProjectsModule } from './projects/projects.module';",
    ]);
  });

  it('its modules build, their migrations agree with their entities, and the document has their operations', async () => {
    await tool('nest', 'build');
    const { stdout } = await run('node', ['dist/cli/main.js', 'migration:check'], {
      cwd: copy,
      env: { ...process.env, DATA_DIR: join(copy, 'data') },
    });
    expect(stdout).toContain('Entities and migrations agree');
    await run('node', ['dist/openapi.js'], { cwd: copy });
    const { paths } = JSON.parse(readFileSync(join(copy, 'openapi.json'), 'utf8')) as {
      paths: Record<string, Record<string, Described>>;
    };
    const ids = (path: string) => Object.values(paths[path] ?? {}).map(({ operationId }) => operationId);
    expect(ids('/api/v1/bookmarks')).toEqual(['listBookmarks', 'createBookmark']);
    expect(ids('/api/v1/bookmarks/{id}')).toEqual(['getBookmark', 'updateBookmark', 'deleteBookmark']);
    expect(ids('/api/v1/projects/{id}/tasks')).toEqual(['listTasks', 'createTask']);
    const { get } = paths['/api/v1/projects/{id}/tasks/{taskId}'] ?? {};
    const parameters = get?.parameters.map(({ name, description }) => [name, description]);
    expect(parameters).toEqual([
      ['id', 'Id of the project.'],
      ['taskId', 'Id of the task.'],
    ]);
  }, 120_000);

  it('their specs, the inventory of routes, the migration tests and those of the document pass, and the fuzz test takes their operations without a word, also rows within rows, dates and names of others', async () => {
    const own = ['bookmarks', 'projects', 'access-matrix', 'migrations', 'openapi', 'contract-fuzz'];
    // One run, as each loads the application again. Of the fuzzed operations, only those of the page.
    const fuzzed = '^(?!on \\w+ (no operation|[A-Z]+ /(?!.*/(projects|bookmarks))))';
    await jest(...own.map((name) => `test/${name}`), '--testNamePattern', fuzzed);
  }, 120_000);

  it('the generator refuses ambiguous input, and writes nothing', async () => {
    for (const args of [
      ['owned', 'bookmarks', 'url:string'],
      ['owned', 'fish', 'name:string'],
      ['owned', 'Links', 'url:string'],
      ['owned', 'links', 'url:uri'],
      ['owned', 'links', 'ownerId:string'],
      ['owned', 'links', 'url:string', 'url:text'],
      ['owned', 'links'],
    ]) {
      await expect(run('node', ['scripts/generate.mjs', ...args], { cwd: copy })).rejects.toMatchObject({ code: 1 });
    }
    expect(filesOf().filter((file) => /fish|links\//i.test(file.replace('auth/links', '')))).toEqual([]);
  });
});
