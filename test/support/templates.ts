import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDatabase, DIALECTS, type TestDatabase } from './databases';

const CLI = join(__dirname, '../../dist/cli/main.js');

declare global {
  var testTemplates: TestDatabase[] | undefined;
}

/** Makes a migrated database of each dialect, for `createMigratedDatabase` to copy; needs the built program, as `npm test` does. */
export async function makeTemplates(): Promise<void> {
  if (!existsSync(CLI)) return;
  const templates = await Promise.all(DIALECTS.map((dialect) => createDatabase(dialect)));
  const migrate = ({ env }: TestDatabase) =>
    promisify(execFile)(process.execPath, [CLI, 'migration:run'], { env: { ...process.env, ...env } });
  await Promise.all(templates.map(migrate));
  globalThis.testTemplates = templates;
  for (const { dialect, location } of templates) process.env[`TEST_TEMPLATE_${dialect}`] = location;
}
