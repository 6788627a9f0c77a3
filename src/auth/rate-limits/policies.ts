import type { Counts, Limit, Policy } from './counters/limit';

const QUARTER = 900;
const HOUR = 3600;
const DAY = 24 * HOUR;

const GROWING = { growingDelay: { free: 5, longest: 900 }, duration: DAY, counts: 'failures' } as const;

/**
 * Wrong passwords of one name. An account has two, its username and its address, which are counted apart: together they
 * would tell that they belong to one account. What can guess at one account without a success is at most 100 a day
 * (NIST SP 800-63B-4, 3.2.2): 30 by its username, 30 by its address, 20 from its known devices, and 20 where the
 * password is asked for again.
 */
const NAME: Limit = { name: 'login', subject: 'name', points: 30, devices: 'unknown', ...GROWING };

/** Wrong passwords where the password is asked for again. */
const REAUTHENTICATION: Limit = {
  ...GROWING,
  ...{ name: 'reauthentication', subject: 'account', points: 20, devices: 'unknown' },
};

/**
 * Wrong passwords from all known devices of one account. No success resets them: an attacker who hoards device tokens must not
 * gain from the owner's logins. Beyond it a known device counts as any other does.
 */
export const DEVICES: Limit = {
  ...{ name: 'devices', subject: 'account', counts: 'failures', devices: 'known' },
  ...{ points: 20, duration: DAY },
};

/** Wrong passwords from one known device. */
const DEVICE: Limit = { name: 'device', subject: 'device', points: 20, devices: 'known', ...GROWING };

/** Wrong passwords from one client network, for whatever account. */
const ADDRESS: Limit = {
  ...{ name: 'login-address', subject: 'address', counts: 'failures', devices: 'unknown' },
  ...{ points: 100, duration: QUARTER },
};

/** Right passwords, each of which costs a hash: refreshing is how a session continues. */
const LOGINS: readonly Limit[] = [
  {
    ...{ name: 'logins-address', subject: 'address', counts: 'successes', devices: 'unknown' },
    ...{ points: 300, duration: QUARTER },
  },
  // By account, as its owner can have any number of devices; only the owner can see that it is used up.
  {
    ...{ name: 'logins-devices', subject: 'account', counts: 'successes', devices: 'known' },
    ...{ points: 100, duration: QUARTER },
  },
];

/** Logging in: guessing at the password of the account that the body's `username` names, and asking for many hashes. */
export const LOGIN: Policy = { limits: [ADDRESS, NAME, DEVICES, DEVICE, ...LOGINS] };

/** Guessing at the password of the account that is signed in, and asking for many hashes. */
export const REAUTHENTICATE: Policy = {
  limits: [
    ...[ADDRESS, REAUTHENTICATION, DEVICES, DEVICE],
    { name: 'reauthentications', subject: 'account', counts: 'successes', points: 60, duration: HOUR },
  ],
};

/** Mails that requests from one client network cause, to whomever. */
const MAILS_FROM: Limit = {
  name: 'mails-address',
  subject: 'address',
  counts: 'successes',
  points: 600,
  duration: HOUR,
};

/**
 * Mails that one account asks for. What one mailbox gets in all is limited by MailboxRateLimiter: it can't refuse
 * the request, which would let strangers block the owner of the mailbox.
 */
const MAILS_FOR: Limit = { name: 'mails-account', subject: 'account', counts: 'attempts', points: 20, duration: HOUR };

/** Mails to one address that requests from one client network ask for. */
const mailsTo = (name: string, counts: Counts): Limit => ({
  ...{ name, subject: 'email-from', counts },
  ...{ points: 5, duration: HOUR },
});

/** Asking for a mail to the address in the body's `email`. */
export const FORGOT: Policy = {
  limits: [
    { name: 'forgot-address', subject: 'address', counts: 'attempts', points: 30, duration: HOUR },
    mailsTo('forgot', 'attempts'),
    MAILS_FROM,
  ],
};

/** Making accounts: each costs a hash, also where another request was faster. Many clients may share one address. */
export const REGISTER: Policy = {
  limits: [{ name: 'register-address', subject: 'address', counts: 'attempts', points: 300, duration: 600 }],
};

/** Making accounts where that mails the address in the body's `email`. */
export const REGISTER_MAIL: Policy = {
  limits: [mailsTo('register', 'successes'), MAILS_FROM],
  isNeeded: ({ emailVerification }) => emailVerification !== 'off',
};

/** Asking for a mail to the address in the body's `email`, for the account that is signed in. */
export const CHANGE_EMAIL: Policy = {
  limits: [
    { name: 'change-email-account', subject: 'account', counts: 'attempts', points: 10, duration: HOUR },
    ...[mailsTo('change-email', 'attempts'), MAILS_FOR, MAILS_FROM],
  ],
};

/** Making tokens. */
export const MAKE_TOKEN: Policy = {
  limits: [{ name: 'api-tokens', subject: 'account', counts: 'attempts', points: 60, duration: HOUR }],
};

/** Changing the username: each change leaves a permanent audit event. */
export const RENAME: Policy = {
  limits: [{ name: 'rename', subject: 'account', counts: 'attempts', points: 20, duration: HOUR }],
  isNeeded: (_config, body) => typeof body === 'object' && body !== null && 'username' in body,
};

/** Taking everything out: each export leaves a permanent audit event. */
export const EXPORT: Policy = {
  limits: [{ name: 'export', subject: 'account', counts: 'attempts', points: 30, duration: HOUR }],
};

/** Asking for another mail to the address of the account that is signed in. */
export const RESEND: Policy = {
  limits: [
    { name: 'resend', subject: 'account', counts: 'attempts', points: 1, duration: 60 },
    ...[MAILS_FOR, MAILS_FROM],
  ],
};

/** Setting a password by a link, which costs a hash as long as the link is good. */
export const RESET: Policy = {
  limits: [{ name: 'reset-address', subject: 'address', counts: 'attempts', points: 60, duration: QUARTER }],
};
