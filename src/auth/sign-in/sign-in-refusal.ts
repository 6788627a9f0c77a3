import type { AuthConfig } from '../../platform/config/auth.config';
import { DomainError } from '../../platform/problems/domain-error';
import type { User } from '../../users/user.entity';
import { accountDeactivated } from '../../users/users.service';

/** Why an account may not sign in, whatever was proven. */
export interface SignInRefusal {
  readonly reason: 'account-deactivated' | 'email-unverified';
  readonly error: () => DomainError;
}

/** Tell it only to clients that have proven to be the owner. @returns null when the account may sign in */
export function signInRefusal(
  { isActive, emailVerified }: User,
  { emailVerification }: Pick<AuthConfig, 'emailVerification'>,
): SignInRefusal | null {
  if (!isActive) return { reason: 'account-deactivated', error: accountDeactivated };
  if (emailVerification !== 'required' || emailVerified) return null;
  return { reason: 'email-unverified', error: emailUnverified };
}

const emailUnverified = () =>
  new DomainError('email_unverified', 'Follow the link that was sent to your address, or reset your password, first.');
