import type { EntityManager } from 'typeorm';

interface Hooks {
  beforeCommit: (() => Promise<void>)[];
  afterCommit: (() => void)[];
}

/** What has to happen at the end of a transaction: the last statements before its commit, and what follows once it is committed. */
export class TransactionHooks {
  private readonly hooks = new WeakMap<EntityManager, Hooks>();

  /** Runs the work, then what was registered for before the commit. @returns a function to call once it is committed */
  async run<T>(manager: EntityManager, work: (manager: EntityManager) => Promise<T>): Promise<[T, () => void]> {
    const hooks: Hooks = { beforeCommit: [], afterCommit: [] };
    this.hooks.set(manager, hooks);
    const result = await work(manager);
    for (const last of hooks.beforeCommit) await last();
    return [result, () => hooks.afterCommit.forEach((follow) => follow())];
  }

  /** @throws TypeError outside of a transaction, where nothing would ever run */
  of(manager: EntityManager): Hooks {
    const hooks = this.hooks.get(manager);
    if (!hooks) throw new TypeError('This needs the manager of a transaction of Database.transaction()');
    return hooks;
  }
}
