import type { AuthConfig } from '../../config/auth.config';

/**
 * Whom a limit counts: the name in the body's `username`, known or not; the account that is signed in; the address in
 * the body's `email`; or the client's address.
 */
export type Subject = 'name' | 'caller' | 'email' | 'address';

/** How many tries in how much time. Limits of one name share their counters, so they differ in their subject only. */
export interface Limit {
  /** Names the limit in the `RateLimit` headers. */
  name: string;
  subject: Subject;
  /** How many tries. */
  points: number;
  /** In how many seconds. */
  duration: number;
  /**
   * The first `free` tries may follow each other at once. After each one beyond them the next has to wait, 2 seconds at
   * first and twice as long each time, `longest` seconds at most.
   */
  growingDelay?: { free: number; longest: number };
}

/** What is limited on a route. */
export interface Policy {
  /**
   * `failures`: only answers with 401 count, a success forgets the failures of its account, and a known device has a
   * counter of its own instead of those of the account and the address. `tries`: whatever is answered counts, but for
   * a request that was not valid or could not be served.
   */
  counts: 'failures' | 'tries';
  /** Asked in this order. */
  limits: readonly Limit[];
  /** Where it is not always needed: whether it is. */
  isNeeded?: (config: AuthConfig) => boolean;
}

const HOUR = 3600;

/**
 * Wrong passwords of one name. An account has two, its username and its address, which are counted apart: together they
 * would tell that they belong to one account. So 50 each, together the 100 in a row that are allowed (NIST SP 800-63B-4, 3.2.2).
 */
const ACCOUNT = { name: 'login', points: 50, duration: 24 * HOUR, growingDelay: { free: 5, longest: 900 } };

/** Wrong passwords from one address, for whatever account. */
const ADDRESS: Limit = { name: 'login-address', subject: 'address', points: 100, duration: 900 };

/** Guessing at the password of whoever the body's `username` names. */
export const LOGIN: Policy = { counts: 'failures', limits: [{ ...ACCOUNT, subject: 'name' }, ADDRESS] };

/** Guessing at the password of the account that is signed in, apart from its logins. */
export const REAUTHENTICATE: Policy = { counts: 'failures', limits: [{ ...ACCOUNT, subject: 'caller' }, ADDRESS] };

/** Asking for a mail to the address in the body's `email`. */
export const FORGOT: Policy = {
  counts: 'tries',
  limits: [
    { name: 'forgot', subject: 'email', points: 5, duration: HOUR },
    { name: 'forgot-address', subject: 'address', points: 30, duration: HOUR },
  ],
};

/** Registering where that mails somebody whether or not they have an account. */
export const REGISTER: Policy = {
  counts: 'tries',
  limits: [{ name: 'register', subject: 'email', points: 5, duration: HOUR }],
  isNeeded: ({ emailVerification }) => emailVerification === 'required',
};

/** Asking for a mail to the address in the body's `email`, for the account that is signed in. */
export const CHANGE_EMAIL: Policy = {
  counts: 'tries',
  limits: [
    { name: 'change-email', subject: 'email', points: 5, duration: HOUR },
    { name: 'change-email-account', subject: 'caller', points: 10, duration: HOUR },
  ],
};

/** Making tokens, of each of which the owner is mailed. */
export const MAKE_TOKEN: Policy = {
  counts: 'tries',
  limits: [{ name: 'api-tokens', subject: 'caller', points: 60, duration: HOUR }],
};

/** Asking for another mail to the address of the account that is signed in. */
export const RESEND: Policy = {
  counts: 'tries',
  limits: [{ name: 'resend', subject: 'caller', points: 1, duration: 60 }],
};
