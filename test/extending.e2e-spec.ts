import { execFile } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..');
const run = promisify(execFile);

/** The code blocks of the page that carry a file's name. */
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

describe('the page about extending', () => {
  const copy = mkdtempSync(join(tmpdir(), 'latchkey-extending-'));

  beforeAll(() => {
    for (const name of [
      'src',
      'test',
      'scripts',
      'package.json',
      'nest-cli.json',
      'tsconfig.json',
      'tsconfig.build.json',
      'jest.config.js',
    ]) {
      cpSync(join(root, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const { language, file, text } of blocks) {
      const target = join(copy, file);
      mkdirSync(dirname(target), { recursive: true });
      if (language === 'diff') writeFileSync(target, patch(readFileSync(target, 'utf8'), text));
      else if (language === 'text') appendFileSync(target, text);
      else writeFileSync(target, text);
    }
  });

  afterAll(() => rm(copy, { recursive: true }));

  /** Runs a tool of a package. What it starts takes the PostgreSQL server of these tests. */
  const tool = (name: string, ...args: string[]) =>
    run(join(root, 'node_modules/.bin', name), args, {
      cwd: copy,
      env: { ...process.env, DATA_DIR: join(copy, 'data') },
    });

  /** In one process, which loads the application once for all files. */
  const jest = (...args: string[]) => tool('jest', '--runInBand', ...args);

  it('adds its module in seven files and under 120 lines', () => {
    const files = blocks.filter(({ file }) => /^src\/bookmarks\/(?!migrations)/.test(file));
    expect(files).toHaveLength(7);
    expect(files.map(({ text }) => text.trimEnd().split('\n').length).reduce((sum, lines) => sum + lines)).toBeLessThan(
      120,
    );
  });

  it('its module builds, its migration agrees with its entity, and the document has its operations', async () => {
    await tool('nest', 'build');
    const { stdout } = await run('node', ['dist/cli/main.js', 'migration:check'], {
      cwd: copy,
      env: { ...process.env, DATA_DIR: join(copy, 'data') },
    });
    expect(stdout).toContain('Entities and migrations agree');
    await run('node', ['dist/openapi.js'], { cwd: copy });
    const { paths } = JSON.parse(readFileSync(join(copy, 'openapi.json'), 'utf8')) as {
      paths: Record<
        string,
        Record<string, { operationId: string; parameters: { name: string; description: string }[] }>
      >;
    };
    const ids = (path: string) => Object.values(paths[path] ?? {}).map(({ operationId }) => operationId);
    expect(ids('/api/v1/bookmarks')).toEqual(['listBookmarks', 'createBookmark']);
    expect(ids('/api/v1/bookmarks/{id}')).toEqual(['getBookmark', 'updateBookmark', 'deleteBookmark']);
    expect(ids('/api/v1/bookmarks/{id}/reminders')).toEqual(['listReminders', 'createReminder']);
    const { get } = paths['/api/v1/bookmarks/{id}/reminders/{reminderId}'] ?? {};
    const parameters = get?.parameters.map(({ name, description }) => [name, description]);
    expect(parameters).toEqual([
      ['id', 'Id of the bookmark.'],
      ['reminderId', 'Id of the reminder.'],
    ]);
  }, 120_000);

  it('its specs, the access matrix, the migration tests and those of the document pass, and the fuzz test takes its operations without a word, also rows within rows, dates and names of others', async () => {
    const own = ['bookmarks', 'reminders', 'access-matrix', 'migrations', 'openapi', 'contract-fuzz'];
    // One run, as each loads the application anew. Of the fuzzed operations, only those of the page.
    const fuzzed = '^(?!on \\w+ (no operation|[A-Z]+ /(?!.*/reminders)))';
    await jest(...own.map((name) => `test/${name}`), '--testNamePattern', fuzzed);
  }, 120_000);
});
