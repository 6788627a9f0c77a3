import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Children } from './children';
import { get, type LoadProcess } from './load-process';
import { MemoryWatch } from './memory';
import { bulkFolder, type Ground, type Program, start } from './programs';
import { settings } from './settings';
import { fetchJson, logIn, type Stage, writeNote } from './stage';

/** Connections that request a page of large notes and read nothing. */
const SOCKETS = 60;

/** Notes of 400 kB each on that page. */
const LARGE_NOTES = 30;
const LARGE = '😀'.repeat(100_000);
const PAGE = '/notes?limit=100';

/** The effect of clients that do not read on others. */
export interface HostileReadersResult {
  /** 99th percentile in milliseconds of another account's reads: without and with them. */
  idleP99: number;
  attackedP99: number;
  reads: number;
  failedReads: number;
  /** Highest resident memory over idle in MiB; null if the system does not report it. */
  growth: number | null;
}

/** Runs clients that request large pages and read nothing, against a separate server. */
export async function measureHostileReaders(
  children: Children,
  ground: Ground,
  { people }: Stage,
  load: LoadProcess,
): Promise<HostileReadersResult> {
  const program = await start(children, { ...ground, folder: bulkFolder(ground) }, 'latchkey');
  const [hostile, other] = [await logIn(program, people.others[0] ?? ''), await logIn(program, people.others[1] ?? '')];
  for (let index = 0; index < LARGE_NOTES; index += 1) await writeNote(program, LARGE, hostile.accessToken);
  // Normal reads of the same pages do not count as growth.
  for (let round = 0; round < 10; round += 1) await fetchJson(program.api + PAGE, hostile.accessToken);
  const shot = get(`${program.api}/users/me`, other.accessToken);
  const read = () =>
    load.run({
      kind: 'pace',
      shot,
      perSecond: settings.readsPerSecond,
      seconds: settings.seconds * settings.stormLength,
    });
  const idleWatch = new MemoryWatch(program.child.pid ?? 0);
  const idle = await read();
  const idleMemory = idleWatch.finish();
  const watch = new MemoryWatch(program.child.pid ?? 0);
  const sockets = await Promise.all(
    Array.from({ length: SOCKETS }, () => askWithoutReading(program, hostile.accessToken)),
  );
  const attacked = await read();
  const memory = watch.finish();
  for (const socket of sockets) socket.destroy();
  await children.stop(program.child);
  const failedReads = idle.failed + attacked.failed;
  return {
    idleP99: idle.p99,
    attackedP99: attacked.p99,
    reads: idle.latencies.length + attacked.latencies.length + failedReads,
    failedReads,
    growth: memory && idleMemory && memory.peak - idleMemory.end,
  };
}

async function askWithoutReading({ api }: Program, token: string): Promise<Socket> {
  const { port, pathname } = new URL(api);
  const socket = connect(Number(port), '127.0.0.1');
  // The server may disconnect it, as intended.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.pause();
  socket.write(`GET ${pathname}${PAGE} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  return socket;
}
