import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { TestApp } from './support/app';
import { onEachDatabase } from './support/databases';

const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
const run = promisify(execFile);

/** The parts of the output that differ between runs. */
const VARYING: [RegExp, string][] = [
  [/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'JWT'],
  [/lkr_[\w-]+/g, 'REFRESH'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID'],
  [/"requestId":"[\w-]+"/g, 'REQUEST'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME'],
];

const settled = (text: string) =>
  VARYING.reduce((result, [pattern, name]) => result.replaceAll(pattern, name), text)
    .trim()
    .replaceAll('\r', '');

/** The commands of the tour, each with the output that the page shows. */
function tour(): { command: string; shown: string }[] {
  const [, section = ''] = /## A tour with curl\n([\s\S]*?)\n## /.exec(readme) ?? [];
  const blocks = [...section.matchAll(/```console\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((step) => {
        const lines = step.split('\n');
        const last = lines.findIndex((line) => !line.endsWith('\\'));
        return { command: lines.slice(0, last + 1).join('\n'), shown: lines.slice(last + 1).join('\n') };
      }),
  );
}

onEachDatabase((dialect) => {
  it('the tour of the README prints what the README shows', async () => {
    const app = await TestApp.start(dialect);
    try {
      const steps = tour();
      expect(steps.length).toBeGreaterThan(8);
      const marker = '--- next step ---';
      const script = steps.map(({ command }) => `${command}\necho; echo '${marker}'`).join('\n');
      const { stdout } = await run('bash', ['-c', script.replaceAll('localhost:3000', new URL(app.origin).host)]);
      const printed = stdout.split(marker).slice(0, -1).map(settled);
      expect(printed).toEqual(steps.map(({ shown }) => settled(shown)));
    } finally {
      await app.stop();
    }
  });
});

describe('the documents', () => {
  const root = join(__dirname, '..');
  const files = ['README.md', 'bench/README.md', ...namesIn('docs'), ...namesIn('docs/adr')];
  /** Made by following it. */
  const made = /^(src|test)\/(projects|bookmarks)\b/;

  function namesIn(folder: string): string[] {
    return readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`);
  }

  it.each(files)('%s names files and documents that are there', (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const named = [...text.matchAll(/`((?:src|test|docs|scripts|bench)\/[\w./-]*)`/g)].map(([, path = '']) => path);
    const linked = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, path = '']) =>
      resolve(root, file, '..', path),
    );
    const paths = [...named.filter((path) => !made.test(path)).map((path) => join(root, path)), ...linked];
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });
});
