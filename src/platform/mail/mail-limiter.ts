import type { Transaction } from '../database/transaction';

/** A message that is one too many: the first of its kind that does not leave, or one more. */
export type TooMany = 'first' | 'further';

/** What counts of a message. */
export interface CountedMessage {
  /** Names its kind. */
  template: string;
  /** Address it goes to. */
  recipient: string;
  /** Client address of the request that asks for it; left out where no request asked. */
  askedFrom?: string;
}

/** How many messages one mailbox gets. Provided by a module above this one, which knows how to count. */
export abstract class MailLimiter {
  /**
   * Counts a message at the end of the caller's transaction.
   * @param drop called within it when the message is one too many
   */
  abstract count(tx: Transaction, message: CountedMessage, drop: (which: TooMany) => Promise<void>): void;
}
