import type { Counts, Limit, Policy } from './counters/limit';

const QUARTER = 900;
const HOUR = 3600;
const DAY = 24 * HOUR;

const GROWING = { growingDelay: { free: 5, longest: 900 }, duration: DAY, counts: 'failures' } as const;

/**
 * Wrong passwords for one name. An account has two names, its username and its address, which are counted separately: a
 * common count would reveal that they belong together. An account allows at most 100 failed attempts per day (NIST SP
 * 800-63B-4, 3.2.2): 30 by its username, 30 by its address, 20 from known devices, and 20 for reauthentication.
 */
const NAME: Limit = { name: 'login', subject: 'name', points: 30, devices: 'unknown', ...GROWING };

/** Wrong passwords in reauthentication. */
const REAUTHENTICATION: Limit = {
  ...GROWING,
  ...{ name: 'reauthentication', subject: 'account', points: 20, devices: 'unknown' },
};

/**
 * Wrong passwords from all known devices of one account. A success does not reset them: an attacker with device tokens
 * must not gain from the owner's logins. Beyond the limit, a known device counts like any other.
 */
export const DEVICES: Limit = {
  ...{ name: 'devices', subject: 'account', counts: 'failures', devices: 'known' },
  ...{ points: 20, duration: DAY },
};

/** Wrong passwords from one known device. */
const DEVICE: Limit = { name: 'device', subject: 'device', points: 20, devices: 'known', ...GROWING };

/** Wrong passwords from one client network, for any account. */
const ADDRESS: Limit = {
  ...{ name: 'login-address', subject: 'address', counts: 'failures', devices: 'unknown' },
  ...{ points: 100, duration: QUARTER },
};

/** Successful logins, each of which costs a hash; a client should refresh its session instead. */
const LOGINS: readonly Limit[] = [
  {
    ...{ name: 'logins-address', subject: 'address', counts: 'successes', devices: 'unknown' },
    ...{ points: 300, duration: QUARTER },
  },
  // Per account, because an owner can have any number of devices; only the owner can see that the limit is reached.
  {
    ...{ name: 'logins-devices', subject: 'account', counts: 'successes', devices: 'known' },
    ...{ points: 100, duration: QUARTER },
  },
];

/** Login: limits guesses of the password of the account in the body's `username`, and the number of hashes. */
export const LOGIN: Policy = { limits: [ADDRESS, NAME, DEVICES, DEVICE, ...LOGINS] };

/** Reauthentication: limits guesses of the password of the signed-in account, and the number of hashes. */
export const REAUTHENTICATE: Policy = {
  limits: [
    ...[ADDRESS, REAUTHENTICATION, DEVICES, DEVICE],
    { name: 'reauthentications', subject: 'account', counts: 'successes', points: 60, duration: HOUR },
  ],
};

/** Mail caused by requests from one client network, to any recipient. */
const MAILS_FROM: Limit = {
  name: 'mails-address',
  subject: 'address',
  counts: 'successes',
  points: 600,
  duration: HOUR,
};

/**
 * Mail requested by one account. MailboxRateLimiter limits the total for one mailbox without refusing requests, which
 * would let strangers block the owner of the mailbox.
 */
const MAILS_FOR: Limit = { name: 'mails-account', subject: 'account', counts: 'attempts', points: 20, duration: HOUR };

/** Mail to one address, requested from one client network. */
const mailsTo = (name: string, counts: Counts): Limit => ({
  ...{ name, subject: 'email-from', counts },
  ...{ points: 5, duration: HOUR },
});

/** Requests for mail to the address in the body's `email`. */
export const FORGOT: Policy = {
  limits: [
    { name: 'forgot-address', subject: 'address', counts: 'attempts', points: 30, duration: HOUR },
    mailsTo('forgot', 'attempts'),
    MAILS_FROM,
  ],
};

/** Requests to sign in by mail to the address in the body's `email`. */
export const EMAIL_LOGIN: Policy = {
  limits: [
    { name: 'email-login-address', subject: 'address', counts: 'attempts', points: 30, duration: HOUR },
    mailsTo('email-login', 'attempts'),
    MAILS_FROM,
  ],
};

/** Wrong mailed codes and links from one client network; those for one address have a limit in the database. */
export const VERIFY_EMAIL_LOGIN: Policy = {
  limits: [{ name: 'email-code-address', subject: 'address', counts: 'failures', points: 100, duration: QUARTER }],
};

/**
 * Registrations: each costs a hash, even when the name is taken in the meantime. Many clients may share one address.
 */
export const REGISTER: Policy = {
  limits: [{ name: 'register-address', subject: 'address', counts: 'attempts', points: 300, duration: 600 }],
};

/** Registrations that send mail to the address in the body's `email`. */
export const REGISTER_MAIL: Policy = {
  limits: [mailsTo('register', 'successes'), MAILS_FROM],
  isNeeded: ({ emailVerification }) => emailVerification !== 'off',
};

/** Requests of a signed-in account for mail to the address in the body's `email`. */
export const CHANGE_EMAIL: Policy = {
  limits: [
    { name: 'change-email-account', subject: 'account', counts: 'attempts', points: 10, duration: HOUR },
    ...[mailsTo('change-email', 'attempts'), MAILS_FOR, MAILS_FROM],
  ],
};

/** Creation of API tokens. */
export const MAKE_TOKEN: Policy = {
  limits: [{ name: 'api-tokens', subject: 'account', counts: 'attempts', points: 60, duration: HOUR }],
};

/** Passkeys that are added: each leaves permanent audit events, and mail. */
export const ADD_PASSKEY: Policy = {
  limits: [{ name: 'passkeys', subject: 'account', counts: 'attempts', points: 60, duration: HOUR }],
};

/** Logins by passkey. Nothing can be guessed: the limits are for what each costs. */
export const PASSKEY_LOGIN: Policy = {
  limits: [
    { name: 'passkey-failures-address', subject: 'address', counts: 'failures', points: 100, duration: QUARTER },
    { name: 'passkey-logins-address', subject: 'address', counts: 'successes', points: 300, duration: QUARTER },
  ],
};

/** Changes of the username: each leaves a permanent audit event. */
export const RENAME: Policy = {
  limits: [{ name: 'rename', subject: 'account', counts: 'attempts', points: 20, duration: HOUR }],
  isNeeded: (_config, body) => typeof body === 'object' && body !== null && 'username' in body,
};

/** Exports: each leaves a permanent audit event. */
export const EXPORT: Policy = {
  limits: [{ name: 'export', subject: 'account', counts: 'attempts', points: 30, duration: HOUR }],
};

/** Requests for another mail to the address of the signed-in account. */
export const RESEND: Policy = {
  limits: [
    { name: 'resend', subject: 'account', counts: 'attempts', points: 1, duration: 60 },
    ...[MAILS_FOR, MAILS_FROM],
  ],
};

/** Password resets, which cost a hash while the link is valid. */
export const RESET: Policy = {
  limits: [{ name: 'reset-address', subject: 'address', counts: 'attempts', points: 60, duration: QUARTER }],
};

/** Requests that judge or make second factors: wrong codes are counted for the account by `FactorAttemptCounter`. */
export const SECOND_FACTOR: Policy = {
  limits: [{ name: 'second-factor-address', subject: 'address', counts: 'attempts', points: 600, duration: QUARTER }],
};

/** Whether logins need a second factor, and new recovery codes: each change leaves a permanent audit event, and mail. */
export const CHANGE_SECOND_FACTOR: Policy = {
  limits: [{ name: 'second-factor-changes', subject: 'account', counts: 'attempts', points: 60, duration: HOUR }],
};

/** Sign-ins with a provider, each of which has this server ask the provider. */
export const EXTERNAL_SIGN_IN: Policy = {
  limits: [{ name: 'external-address', subject: 'address', counts: 'attempts', points: 300, duration: QUARTER }],
};

/** Codes for the address in the body's `email`, after a sign-in with a provider that vouches for none. */
export const EXTERNAL_MAIL: Policy = {
  limits: [
    { name: 'external-mail-address', subject: 'address', counts: 'attempts', points: 30, duration: HOUR },
    mailsTo('external-mail', 'attempts'),
    MAILS_FROM,
  ],
};
