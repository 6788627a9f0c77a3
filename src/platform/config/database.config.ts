import { join, resolve } from 'node:path';
import { type Environment, integer, onOff, readVariables, text } from './variables/environment';

export const databaseVariables = {
  DATA_DIR: text(
    /^[^\0]+$/,
    'a folder',
  )({
    default: './data',
    desc: 'Folder for the SQLite file and the generated secret; created if missing.',
    example: '/var/lib/latchkey',
  }),
  DATABASE_URL: text(
    /^(sqlite:\/\/\/.+|postgres(ql)?:\/\/.+)$/,
    'sqlite:///path or postgres://user:password@host/name',
  )({
    default: '',
    desc: 'sqlite:///path (relative; four slashes for an absolute path) or postgres://... Empty: latchkey.sqlite in DATA_DIR.',
    example: 'postgres://latchkey:password@localhost:5432/latchkey',
  }),
  DATABASE_POOL_SIZE: integer(
    1,
    100,
  )({
    default: 10,
    desc: 'Maximum number of PostgreSQL connections of one instance.',
    example: '20',
  }),
  DATABASE_READERS: integer(
    1,
    16,
  )({
    default: 4,
    desc: 'Read-only connections on SQLite. They share four threads with the verification of imported password hashes other than bcrypt.',
    example: '4',
  }),
  DATABASE_TIMEOUT_MS: integer(
    100,
    60_000,
  )({
    default: 5000,
    desc: 'Longest wait for a database connection or lock, in milliseconds; after that the response is 503.',
    example: '2000',
  }),
  MIGRATE_ON_START: onOff({
    default: true,
    desc: 'on or off: run pending migrations before serving.',
    example: 'off',
  }),
};

/** Which database is used, and how to connect to it. */
export class DatabaseConfig {
  /** Folder of the program's own files, absolute. */
  readonly dataDir: string;
  /** Absolute path of the SQLite file; undefined on PostgreSQL. */
  readonly sqliteFile: string | undefined;
  /** Connection URL of PostgreSQL; undefined on SQLite. */
  readonly postgresUrl: string | undefined;
  /** Maximum number of PostgreSQL connections of this process. */
  readonly poolSize: number;
  /** Read-only SQLite connections. */
  readonly readers: number;
  /** Longest wait for a connection or a lock, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether pending migrations run at start. */
  readonly migrateOnStart: boolean;

  constructor(env: Environment) {
    const variables = readVariables(databaseVariables, env);
    this.dataDir = resolve(variables.DATA_DIR);
    const url = variables.DATABASE_URL;
    this.postgresUrl = url.startsWith('postgres') ? url : undefined;
    if (this.postgresUrl === undefined) {
      this.sqliteFile = url === '' ? join(this.dataDir, 'latchkey.sqlite') : resolve(url.slice('sqlite:///'.length));
    }
    this.poolSize = variables.DATABASE_POOL_SIZE;
    this.readers = variables.DATABASE_READERS;
    this.timeoutMs = variables.DATABASE_TIMEOUT_MS;
    this.migrateOnStart = variables.MIGRATE_ON_START;
  }
}
