import { Injectable } from '@nestjs/common';
import { DomainError } from '../../platform/problems/domain-error';
import type { PasswordOwner } from './strength/own-words';
import { PasswordStrength } from './strength/password-strength';

/**
 * Refuses easily guessed passwords when they are set (NIST SP 800-63B-4, 3.1.1.2; ASVS 6.2.4, 6.2.11). There are no
 * composition rules, and no network requests.
 */
@Injectable()
export class PasswordPolicy {
  /** Loads the estimator's dictionaries, so that the first request does not have to wait for them. */
  async prepare(): Promise<void> {
    await PasswordStrength.load();
  }

  /**
   * @param pointer JSON pointer to the password in the body
   * @throws DomainError `weak_password` for a password that is guessed in fewer than 100 million attempts, or that is
   * little more than words of its owner's account, with reason and advice
   */
  async assertAcceptable(password: string, owner: PasswordOwner, pointer: string): Promise<void> {
    const weakness = (await PasswordStrength.load()).weaknessOf(password, owner);
    if (weakness === null) return;
    const { reason, advice } = weakness;
    throw new DomainError('weak_password', `The password ${reason}. ${advice}`, {
      errors: [{ pointer, message: `must not be a password that ${reason}` }],
    });
  }
}
