import { addressKey } from '../platform/addresses/mailbox';
import { newId } from '../platform/kernel/ids';
import { usernameKey } from './names';
import { User } from './user.entity';

/** What makes an account: whether its address is only asserted until it is proven, or held from the start. */
export interface NewProfile {
  username: string;
  email: string;
  holdsEmail: boolean;
}

/** A new account, not yet stored. @param now epoch milliseconds */
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
    isActive: true,
    createdAt: now,
    updatedAt: now,
  });
}
