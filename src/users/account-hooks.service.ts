import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/audit/domain-events';
import type { Transaction } from '../platform/database/transaction';
import { Features } from '../platform/features/features.service';
import type { ProviderCall } from '../platform/features/provider-call';
import type { User } from './user.entity';

/**
 * What a feature does with an account, in the transaction that changes it; what it throws rolls all of it back. It may run
 * again, as a transaction that PostgreSQL ends for a deadlock does, so it asks the database and nothing else.
 */
export type AccountHook = ProviderCall<[tx: Transaction, user: User, actor: Actor], Promise<unknown>>;

declare module '../platform/features/feature.decorator' {
  interface FeatureDefinition {
    /** Called when an account was inserted, also by an import. */
    readonly onRegistration?: AccountHook;
    /** Called when an account was deactivated. */
    readonly onDeactivation?: AccountHook;
    /** Called when an account was activated again. */
    readonly onReactivation?: AccountHook;
    /** Called before an account is deleted, also where a registration expires. Rows that refer to it go with it anyway. */
    readonly onDeletion?: AccountHook;
  }
}

/** The changes of accounts that features take part in. */
export const ACCOUNT_CHANGES = ['onRegistration', 'onDeactivation', 'onReactivation', 'onDeletion'] as const;

type AccountChange = (typeof ACCOUNT_CHANGES)[number];
type Hook = (tx: Transaction, user: User, actor: Actor) => Promise<unknown>;

/** Everything that features do in the transactions that change accounts. */
@Injectable()
export class AccountHooks {
  private readonly hooks: ReadonlyMap<AccountChange, readonly Hook[]>;

  constructor(features: Features) {
    this.hooks = new Map(ACCOUNT_CHANGES.map((change) => [change, features.calls((feature) => feature[change])]));
  }

  /** Runs the hooks of a change one after the other, in the order of the features. @throws whatever a hook throws */
  async run(change: AccountChange, tx: Transaction, user: User, actor: Actor): Promise<void> {
    for (const hook of this.hooks.get(change) ?? []) await hook(tx, user, actor);
  }
}
