import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/audit/domain-events';
import type { Transaction } from '../platform/database/transaction';
import { Features } from '../platform/features/features.service';
import type { ProviderCall } from '../platform/features/provider-call';
import type { User } from './user.entity';

/**
 * A hook of a feature, which runs in the transaction that changes an account and rolls it back by throwing. It runs
 * again when PostgreSQL aborts the transaction for a deadlock, so it must have no effects outside the database.
 */
export type AccountHook = ProviderCall<[tx: Transaction, user: User, actor: Actor], Promise<unknown>>;

declare module '../platform/features/feature.decorator' {
  interface FeatureDefinition {
    /** Called after an account was inserted, including by an import. */
    readonly onRegistration?: AccountHook;
    /** Called after an account was deactivated. */
    readonly onDeactivation?: AccountHook;
    /** Called after an account was reactivated. */
    readonly onReactivation?: AccountHook;
    /**
     * Called before an account is deleted, including an expired registration. Rows with a foreign key to it are deleted
     * anyway.
     */
    readonly onDeletion?: AccountHook;
  }
}

/** The account changes with hooks. */
export const ACCOUNT_CHANGES = ['onRegistration', 'onDeactivation', 'onReactivation', 'onDeletion'] as const;

type AccountChange = (typeof ACCOUNT_CHANGES)[number];
type Hook = (tx: Transaction, user: User, actor: Actor) => Promise<unknown>;

/** Runs the account hooks of all features. */
@Injectable()
export class AccountHooks {
  private readonly hooks: ReadonlyMap<AccountChange, readonly Hook[]>;

  constructor(features: Features) {
    this.hooks = new Map(ACCOUNT_CHANGES.map((change) => [change, features.calls((feature) => feature[change])]));
  }

  /** Runs the hooks of a change one after the other, in the order of the features. @throws any error of a hook */
  async run(change: AccountChange, tx: Transaction, user: User, actor: Actor): Promise<void> {
    for (const hook of this.hooks.get(change) ?? []) await hook(tx, user, actor);
  }
}
