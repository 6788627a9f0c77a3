import type { Transaction } from '../database/transaction';

/** A message beyond the limit: the first of its kind that is dropped, or a further one. */
export type TooMany = 'first' | 'further';

/** The properties of a message that limits count by. */
export interface CountedMessage {
  /** The kind of message. */
  template: string;
  /** The recipient's address. */
  recipient: string;
  /** Client address of the request for it; undefined when no request asked for it. */
  askedFrom?: string;
}

/** Limits the messages to one mailbox. Implemented by a module above this one, which has the counters. */
export abstract class MailLimiter {
  /**
   * Counts a message at the end of the caller's transaction.
   * @param drop called in that transaction when the message exceeds the limit
   */
  abstract count(tx: Transaction, message: CountedMessage, drop: (which: TooMany) => Promise<void>): void;
}
