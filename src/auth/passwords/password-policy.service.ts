import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/audit/domain-events';
import { DomainError } from '../../platform/problems/domain-error';
import { BreachedPasswords } from './breached/breached-passwords.service';
import type { PasswordOwner } from './strength/own-words';
import { PasswordStrength } from './strength/password-strength';
import { BREACHED, type Weakness } from './strength/reasons';

/**
 * Refuses easily guessed passwords when they are set, and leaked ones where `BREACHED_PASSWORDS` is on (NIST SP 800-63B-4,
 * 3.1.1.2; ASVS 6.2.4, 6.2.11, 6.2.12). There are no composition rules.
 */
@Injectable()
export class PasswordPolicy {
  constructor(private readonly breached: BreachedPasswords) {}

  /** Loads the estimator's dictionaries, so that the first request does not have to wait for them. */
  async prepare(): Promise<void> {
    await PasswordStrength.load();
  }

  /**
   * @param pointer JSON pointer to the password in the body @param actor who sets it
   * @throws DomainError `weak_password` for a password that is guessed in fewer than 100 million attempts, that is
   * little more than words of its owner's account, or that was leaked, with reason and advice
   */
  async assertAcceptable(password: string, owner: PasswordOwner, pointer: string, actor: Actor): Promise<void> {
    const weakness = await this.weaknessOf(password, owner, actor);
    if (weakness === null) return;
    const { reason, advice } = weakness;
    throw new DomainError('weak_password', `The password ${reason}. ${advice}`, {
      errors: [{ pointer, message: `must not be a password that ${reason}` }],
    });
  }

  private async weaknessOf(password: string, owner: PasswordOwner, actor: Actor): Promise<Weakness | null> {
    const weakness = (await PasswordStrength.load()).weaknessOf(password, owner);
    // A weak password is refused without asking another service about it.
    if (weakness !== null) return weakness;
    return (await this.breached.has(password, actor, owner.id ?? null)) ? BREACHED : null;
  }
}
