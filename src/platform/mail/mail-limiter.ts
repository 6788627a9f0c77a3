import type { Transaction } from '../database/transaction';

/** What becomes of a message: it leaves, it is the first of its kind that does not, or one more that does not. */
export type MailVerdict = 'send' | 'first-dropped' | 'dropped';

/** What counts of a message. */
export interface CountedMessage {
  /** Names its kind. */
  template: string;
  /** Address it goes to. */
  recipient: string;
  /** Client address of the request that asks for it; left out where nobody asked. */
  askedFrom?: string;
}

/** How many messages one mailbox gets. Provided by a module above this one, which knows how to count. */
export abstract class MailLimiter {
  /** Counts a message, with the caller's transaction. */
  abstract spend(tx: Transaction, message: CountedMessage): Promise<MailVerdict>;
}
