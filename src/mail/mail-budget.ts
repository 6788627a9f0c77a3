import type { EntityManager } from 'typeorm';

/** What becomes of a message: it leaves, it is the first of its kind that does not, or one more that does not. */
export type MailVerdict = 'send' | 'first-dropped' | 'dropped';

/** How many messages one mailbox gets. Provided by a module above this one, which knows how to count. */
export abstract class MailBudget {
  /** Counts a message of a kind to a mailbox, with the caller's transaction. @param template names the kind */
  abstract spend(manager: EntityManager, recipient: string, template: string): Promise<MailVerdict>;
}
