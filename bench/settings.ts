import { resolve } from 'node:path';
import { AuthConfig } from '../src/platform/config/auth.config';

const given = Number(process.env['BENCH_SECONDS'] ?? 3);

/** Durations and repetitions. `BENCH_SECONDS` sets the length of a round. */
export const settings = {
  /** Seconds of load in one round. */
  seconds: Number.isFinite(given) && given > 0 ? given : 3,
  /** Alternating rounds, of which the median is reported. */
  rounds: 5,
  /** Turns into which the load of one URL in a round is split: the speed of a shared machine changes within seconds. */
  turns: 6,
  /** Seconds of warm-up load on each route before the first round. */
  warmUpSeconds: 1,
  /** Connections that send the next request as soon as the last one is answered. */
  connections: 32,
  /** Length of a login storm, of the idle time and of bcrypt alone, as a multiple of `seconds`. */
  stormLength: 1.5,
  /** Clients that log in continuously. */
  stormClients: 16,
  /** Notes read per second in the meantime. */
  readsPerSecond: 200,
  /** Number of timed starts. */
  starts: 9,
  /** bcrypt's cost. */
  hashCost: new AuthConfig({}).hashCost,
} as const;

/** The repository's folder; this file runs from dist-bench/bench. */
export const ROOT = resolve(__dirname, '../..');
