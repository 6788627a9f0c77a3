import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

/** The databases that everything must work on. */
export const DIALECTS = ['sqlite', 'postgres'] as const;
export type Dialect = (typeof DIALECTS)[number];

/** An empty database and folder of a test's own. */
export interface TestDatabase {
  dialect: Dialect;
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

/** Makes an empty database of the dialect. */
export async function createDatabase(dialect: Dialect): Promise<TestDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-test-'));
  const removeDir = () => rm(dataDir, { recursive: true, force: true });
  if (dialect === 'sqlite') {
    return { dialect, dataDir, env: { DATA_DIR: dataDir }, drop: removeDir };
  }
  const name = `test_${randomBytes(6).toString('hex')}`;
  // Copies the files of the template, which takes half as long as to log each page of them.
  await onServer(`CREATE DATABASE ${name} STRATEGY FILE_COPY`);
  return {
    dialect,
    dataDir,
    env: { DATA_DIR: dataDir, DATABASE_URL: urlOf(name) },
    drop: async () => {
      await removeDir();
      await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** Runs the same promises on every database. */
export function onEachDatabase(define: (dialect: Dialect) => void): void {
  describe.each(DIALECTS)('on %s', define);
}
