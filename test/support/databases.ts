import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { scratch } from './scratch';

/** The databases that everything must work on. */
export const DIALECTS = ['sqlite', 'postgres'] as const;
export type Dialect = (typeof DIALECTS)[number];

/** A database and folder of a test's own. */
export interface TestDatabase {
  dialect: Dialect;
  /** The file of SQLite, or the name on the PostgreSQL server. */
  location: string;
  /** The variables that point the program at it. */
  env: Record<string, string>;
  dataDir: string;
  drop(): Promise<void>;
}

/** The address of a database of the server that all test files share. */
function urlOf(name: string): string {
  const url = new URL(name, `${process.env['TEST_POSTGRES_URL'] ?? ''}/`);
  const socket = process.env['TEST_POSTGRES_SOCKET'] ?? '';
  if (socket !== '') url.searchParams.set('host', socket);
  return url.href;
}

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: urlOf('postgres') });
  await client.connect();
  await client.query(statement);
  await client.end();
}

/** Makes a database of the dialect: an empty one, or a copy. @param template the location of what is copied */
export async function createDatabase(dialect: Dialect, template?: string): Promise<TestDatabase> {
  const dataDir = mkdtempSync(join(scratch(), 'test-'));
  // An application that failed to start is still opening its files, and `rm` would find new ones in a folder that it emptied.
  const removeDir = () => rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
  if (dialect === 'sqlite') {
    const location = join(dataDir, 'latchkey.sqlite');
    if (template !== undefined) copyFileSync(template, location);
    return { dialect, location, dataDir, env: { DATA_DIR: dataDir }, drop: removeDir };
  }
  const location = `test_${randomBytes(6).toString('hex')}`;
  // Copies the files of the template, which takes half as long as to log each page of them.
  await onServer(`CREATE DATABASE ${location} TEMPLATE ${template ?? 'template1'} STRATEGY FILE_COPY`);
  return {
    dialect,
    location,
    dataDir,
    env: { DATA_DIR: dataDir, DATABASE_URL: urlOf(location) },
    drop: async () => {
      await removeDir();
      await onServer(`DROP DATABASE ${location} WITH (FORCE)`);
    },
  };
}

/** Makes a database that the built program has migrated. */
export const createMigratedDatabase = (dialect: Dialect): Promise<TestDatabase> =>
  createDatabase(dialect, process.env[`TEST_TEMPLATE_${dialect}`]);

/** Runs the same promises on every database. */
export function onEachDatabase(define: (dialect: Dialect) => void): void {
  describe.each(DIALECTS)('on %s', define);
}
