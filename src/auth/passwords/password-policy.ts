import { Injectable } from '@nestjs/common';
import { dictionary } from '@zxcvbn-ts/language-common';
import { DomainError } from '../../common/problems/domain-error';
import { contextWords, isMadeOf } from './context-words';
import { folded, isSequence, repeatedUnit } from './predictable';

/** Whose password it is going to be. */
export interface PasswordOwner {
  username: string;
  email: string;
}

/** A unit as long as this, however often repeated, is no longer than the shortest password that is tried first. */
const LONGEST_TRIVIAL_UNIT = 4;

const ADVICE = 'Choose something longer that only you would think of, such as several unrelated words.';

/**
 * Refuses passwords that are guessed first, when they are set (NIST SP 800-63B-4, 3.1.1.2; ASVS 6.2.4, 6.2.11). There
 * are no rules about kinds of characters. The list of 49,233 common passwords is the one of zxcvbn-ts; it is loaded with
 * this file, once, and nothing is asked of the network.
 */
@Injectable()
export class PasswordPolicy {
  private readonly common: ReadonlySet<string> = new Set(dictionary['passwords-common']);

  /**
   * @param pointer JSON pointer to the password in the body
   * @throws DomainError `weak_password` for a common password, for one that is little more than a word of its owner's
   * account, and for a short unit repeated or a run along the keyboard, alphabet or digits
   */
  assertAcceptable(password: string, owner: PasswordOwner, pointer: string): void {
    const reason = this.weakness(folded(password), owner);
    if (reason === null) return;
    throw new DomainError('weak_password', `The password ${reason}. ${ADVICE}`, {
      errors: [{ pointer, message: `must not be a password that ${reason}` }],
    });
  }

  /** @returns what is wrong, to go behind "The password"; null when nothing is */
  private weakness(password: string, owner: PasswordOwner): string | null {
    if (this.common.has(password)) return 'is one of the most common ones';
    if (isMadeOf(password, contextWords(owner))) {
      return 'is little more than the username, the email address or the name of this service';
    }
    const unit = repeatedUnit(password);
    const isTrivial = Array.from(unit).length <= LONGEST_TRIVIAL_UNIT || this.common.has(unit);
    if (unit !== password && isTrivial) return 'repeats something short or common';
    if (isSequence(password)) return 'is a run of neighbours on the keyboard, in the alphabet or among the digits';
    return null;
  }
}
