import { addressKey } from '../platform/addresses/mailbox';
import { newId } from '../platform/kernel/ids';
import { usernameKey } from './names';
import { User } from './user.entity';

/** The profile of a new account, and whether it holds its address at once or only asserts it until verification. */
export interface NewProfile {
  username: string;
  email: string;
  holdsEmail: boolean;
}

/** Creates an account without storing it. @param now epoch milliseconds */
export function newUser({ username, email, holdsEmail }: NewProfile, now: number): User {
  const id = newId();
  return Object.assign(new User(), {
    id,
    username,
    usernameKey: usernameKey(username),
    email,
    emailKey: holdsEmail ? addressKey(email) : id,
    assertedEmailKey: holdsEmail ? null : addressKey(email),
    emailVerified: false,
    unprovenSince: holdsEmail ? null : now,
    roles: ['user'],
    credentialVersion: 0,
    requiresSecondFactor: false,
    factorResetAt: null,
    isActive: true,
    createdAt: now,
    updatedAt: now,
  });
}
