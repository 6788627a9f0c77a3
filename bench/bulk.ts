import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Children } from './children';
import { MemoryWatch } from './memory';
import { bulkFolder, type Ground, latchkeyEnv, start } from './programs';
import { ARCHIVE_NOTES } from './seed';
import { ROOT } from './settings';
import { logIn, type Stage } from './stage';

/** Number of accounts in the import file. */
const IMPORTED_USERS = 100_000;

/** A large task, run once in a separate process. */
export interface Bulk {
  seconds: number;
  /** Highest resident memory in MiB; null if the system does not report it. */
  peak: number | null;
}

/** Exports 100,000 notes, and imports 100,000 accounts. */
export async function measureBulk(children: Children, ground: Ground, stage: Stage) {
  const own = { ...ground, folder: bulkFolder(ground) };
  return { export: await measureExport(children, own, stage), import: await measureImport(children, own) };
}

async function measureExport(children: Children, ground: Ground, { people }: Stage): Promise<Bulk> {
  const program = await start(children, ground, 'latchkey');
  const { accessToken } = await logIn(program, people.archive);
  const memory = new MemoryWatch(program.child.pid ?? 0);
  const begun = performance.now();
  const answer = await fetch(`${program.api}/users/me/export`, { headers: { authorization: `Bearer ${accessToken}` } });
  const { notes } = (await answer.json()) as { notes: unknown[] };
  const seconds = (performance.now() - begun) / 1000;
  if (notes.length !== ARCHIVE_NOTES) throw new Error(`The export has ${notes.length} notes`);
  const peak = memory.finish()?.peak ?? null;
  await children.stop(program.child);
  return { seconds, peak };
}

async function measureImport(children: Children, ground: Ground): Promise<Bulk> {
  const hash = `$2b$12$${'.'.repeat(53)}`;
  const lines = Array.from(
    { length: IMPORTED_USERS },
    (_, index) => `imported-${index},imported-${index}@example.com,${hash}`,
  );
  const file = join(ground.folder, 'people.csv');
  writeFileSync(file, ['username,email,passwordHash', ...lines, ''].join('\n'));
  const begun = performance.now();
  const child = children.spawn(
    join(ROOT, 'dist/cli/main.js'),
    ['users:import', file],
    ground.folder,
    latchkeyEnv(ground),
  );
  const memory = new MemoryWatch(child.pid ?? 0);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error('The import failed');
  return { seconds: (performance.now() - begun) / 1000, peak: memory.finish()?.peak ?? null };
}
