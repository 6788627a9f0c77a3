import type { AuthConfig } from '../../../platform/config/auth.config';

/**
 * Whom a limit counts: the name in the body's `username`, known or not; the account that is signed in, or whose device
 * is known; that device; the address in the body's `email`, from wherever or from one client network; or the client's
 * network.
 */
export type Subject = 'name' | 'account' | 'device' | 'email' | 'email-from' | 'address';

/**
 * Which answers a limit counts. `failures`: those with 401. `successes`: those with 2xx. `attempts`: all but those to
 * requests that were not valid (400) or could not be served (5xx). Every request is counted before it is looked at, and
 * given back when its answer is none of these.
 */
export type Counts = 'failures' | 'successes' | 'attempts';

/** How many requests in how much time. */
export interface Limit {
  /** Names the limit in the `RateLimit` headers, and its counters: no two limits have one name. */
  name: string;
  subject: Subject;
  counts: Counts;
  /** How many requests. */
  points: number;
  /** In how many seconds. */
  duration: number;
  /** Counts only requests from devices that have logged in to the account before, or only others; all when left out. */
  devices?: 'known' | 'unknown';
  /**
   * For failures in a row, which a success forgets. The first `free` may follow each other at once. After each one beyond
   * them the next has to wait, 2 seconds at first and twice as long each time, `longest` seconds at most.
   */
  growingDelay?: { free: number; longest: number };
}

/** What is limited on a route: all of its limits are asked before any of them counts. */
export interface Policy {
  limits: readonly Limit[];
  /** Where it is not always needed: whether it is, by the configuration and the body of the request. */
  isNeeded?: (config: AuthConfig, body: unknown) => boolean;
}
