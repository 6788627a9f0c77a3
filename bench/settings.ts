import { resolve } from 'node:path';
import { AuthConfig } from '../src/platform/config/auth.config';

const given = Number(process.env['BENCH_SECONDS'] ?? 3);

/** How long and how often everything is measured. `BENCH_SECONDS` sets the length of a round. */
export const settings = {
  /** Seconds of load in one round. */
  seconds: Number.isFinite(given) && given > 0 ? given : 3,
  /** Alternating rounds; their median counts. */
  rounds: 5,
  /** Seconds of load on each route before the first round, which nobody counts. */
  warmUpSeconds: 1,
  /** Connections that send the next request as soon as the last one is answered. */
  connections: 32,
  /** Length of a login storm, of the idle time and of bcrypt alone, as a multiple of `seconds`. */
  stormLength: 1.5,
  /** Clients that log in without pause. */
  stormClients: 16,
  /** Notes read a second meanwhile. */
  readsPerSecond: 200,
  /** Starts that are timed. */
  starts: 3,
  /** bcrypt's cost. */
  hashCost: new AuthConfig({}).hashCost,
} as const;

/** The repository's folder; this file runs from dist-bench/bench. */
export const ROOT = resolve(__dirname, '../..');
