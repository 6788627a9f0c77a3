import { addressKey, readMailbox } from '../platform/addresses/mailbox';

/** What a username is: ASCII only, the strictest level of UTS 39 (5.2), so that no two that differ look alike. */
export const USERNAME = { min: 3, max: 80, pattern: /^[A-Za-z0-9_.-]+$/ };

const isUsername = (text: string) =>
  text.length >= USERNAME.min && text.length <= USERNAME.max && USERNAME.pattern.test(text);

const isAddress = (text: string) => text.includes('@');

/** Under which a username is unique, looked up and counted: without regard to case. What is no username is its own key. */
export const usernameKey = (text: string): string => (isUsername(text) ? text.toLowerCase() : text);

/** Under which the username or address that a caller logs in with is looked up and counted. */
export const loginKey = (text: string): string => (isAddress(text) ? addressKey(text) : usernameKey(text));

/**
 * Whether a login name may stand for the account that was found by its key: what is no address under the present rules
 * finds only an account that has exactly this one, from before them.
 */
export const canIdentify = (login: string, { email }: { email: string }): boolean =>
  !isAddress(login) || readMailbox(login) !== null || login === email;
