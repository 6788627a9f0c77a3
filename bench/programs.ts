import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Children, hasEnded } from './children';
import { ROOT } from './settings';

/** The compared programs. */
export type ProgramName = 'latchkey' | 'limit' | 'tutorial';

/** A running program. */
export interface Program {
  name: ProgramName;
  child: ChildProcess;
  /** Its base URL, without the path of a resource. */
  api: string;
  /** Milliseconds from its start to its first response. */
  startMs: number;
}

/** The folder of the programs' files, and their secret. */
export interface Ground {
  folder: string;
  secret: string;
  /** Variables of Latchkey that differ from those of the other measurements. */
  env?: Record<string, string>;
}

/** Longest time to the first response, in milliseconds. */
const START_PATIENCE_MS = 30_000;

/** The SQLite file of a program. */
export const databaseOf = (name: ProgramName, { folder }: Ground): string => join(folder, `${name}.sqlite`);

/** A separate folder for large tasks that run once, with a copy of the seeded file. */
export const bulkFolder = ({ folder }: Ground): string => join(folder, 'bulk');

const scripts: Record<ProgramName, string> = {
  latchkey: join(ROOT, 'dist/main.js'),
  limit: join(__dirname, 'limit.js'),
  tutorial: join(__dirname, 'tutorial/main.js'),
};

/** Where the passkeys of the benchmark are used. */
export const PASSKEY_ORIGIN = 'https://bench.example.com';

/** The configuration of the program. */
export const latchkeyEnv = ({ folder, secret, env }: Ground) => ({
  NODE_ENV: 'production',
  DATA_DIR: folder,
  APP_SECRET: secret,
  RATE_LIMITS: 'off',
  // The load exceeds the default quotas; usage is counted anyway.
  QUOTA_ROWS: '1000000000',
  QUOTA_BYTES: '1000000000000',
  // One machine simulates clients with many addresses.
  TRUST_PROXY: '127.0.0.1',
  // One login has to last for the whole run.
  ACCESS_TOKEN_TTL: '3600',
  EMAIL_SIGN_IN: 'on',
  WEBAUTHN_ORIGINS: PASSKEY_ORIGIN,
  ...env,
});

/** Migrates a fresh file with the program's own command. */
export async function migrate(children: Children, ground: Ground): Promise<void> {
  const script = join(ROOT, 'dist/cli/main.js');
  const child = children.spawn(script, ['migration:run'], ground.folder, latchkeyEnv(ground));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error('The migration failed');
}

/**
 * Starts a program and waits for its first response.
 * @param first the request; without it, any response suffices
 */
export async function start(
  children: Children,
  ground: Ground,
  name: ProgramName,
  first?: { path: string; token: string },
): Promise<Program> {
  const port = await freePort();
  const own = name === 'latchkey' ? latchkeyEnv(ground) : { DATABASE: databaseOf(name, ground), SECRET: ground.secret };
  const begun = performance.now();
  const env = { NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), ...own };
  // Started in the temporary folder, so that no .env of the developer is read.
  const child = children.spawn(scripts[name], [], ground.folder, env);
  const api = `http://127.0.0.1:${port}/api/v1`;
  const answers = async () => {
    if (!first) return (await fetch(api).catch(() => null)) !== null;
    const headers = { authorization: `Bearer ${first.token}` };
    return (await fetch(api + first.path, { headers }).catch(() => null))?.ok ?? false;
  };
  while (!(await answers())) {
    if (hasEnded(child)) throw new Error(`${name} ended while starting`);
    if (performance.now() - begun > START_PATIENCE_MS) throw new Error(`${name} does not answer`);
    await sleep(5);
  }
  return { name, child, api, startMs: performance.now() - begun };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new TypeError('No port was given');
  return address.port;
}
