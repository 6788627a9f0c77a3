import { addressKey, readMailbox } from '../platform/addresses/mailbox';

/** The rules for usernames: ASCII only, the strictest level of UTS 39 (5.2), so that no two usernames look alike. */
export const USERNAME = { min: 3, max: 80, pattern: /^[A-Za-z0-9_.-]+$/ };

const isUsername = (text: string) =>
  text.length >= USERNAME.min && text.length <= USERNAME.max && USERNAME.pattern.test(text);

const isAddress = (text: string) => text.includes('@');

/**
 * The case-insensitive key by which a username is unique, looked up and counted. Text that is not a username is its own
 * key.
 */
export const usernameKey = (text: string): string => (isUsername(text) ? text.toLowerCase() : text);

/** The key by which a login name, a username or address, is looked up and counted. */
export const loginKey = (text: string): string => (isAddress(text) ? addressKey(text) : usernameKey(text));

/**
 * Whether a login name identifies the account that was found by its key: an address that is invalid under the current
 * rules matches only an account with exactly this address, from before these rules.
 */
export const canIdentify = (login: string, { email }: { email: string }): boolean =>
  !isAddress(login) || readMailbox(login) !== null || login === email;
