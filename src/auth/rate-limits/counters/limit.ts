import type { AuthConfig } from '../../../platform/config/auth.config';

/**
 * What a limit counts by: the name in the body's `username`, known or not; the account that is signed in, or whose
 * device is known; that device; the address in the body's `email`, from all clients or per client network; or the
 * client's network.
 */
export type Subject = 'name' | 'account' | 'device' | 'email' | 'email-from' | 'address';

/**
 * Which responses a limit counts. `failures`: 401. `successes`: 2xx. `attempts`: all except for invalid requests (400) and
 * server errors (5xx). Every request is counted before it is processed, and given back if its response does not count.
 */
export type Counts = 'failures' | 'successes' | 'attempts';

/** A number of requests in a period. */
export interface Limit {
  /** The unique name of the limit in the `RateLimit` headers and in the keys of its counters. */
  name: string;
  subject: Subject;
  counts: Counts;
  /** Number of requests. */
  points: number;
  /** Period in seconds. */
  duration: number;
  /** Counts only requests from known devices of the account, or only others; all when left out. */
  devices?: 'known' | 'unknown';
  /**
   * For consecutive failures, which a success resets. The first `free` failures cause no delay. After each further one,
   * the next attempt has to wait: 2 seconds at first, doubling up to `longest` seconds.
   */
  growingDelay?: { free: number; longest: number };
}

/** The limits of a route: all of them are checked before any of them counts. */
export interface Policy {
  limits: readonly Limit[];
  /** Whether the policy applies, by the configuration and the body of the request; always when left out. */
  isNeeded?: (config: AuthConfig, body: unknown) => boolean;
}
