import { AsyncLocalStorage } from 'node:async_hooks';
import { ModernFakeTimers } from '@jest/fake-timers';
import { TestEnvironment } from 'jest-environment-node';
import { inSource, requireShared } from './shared-modules.mjs';

/** What a test and the modules outside of its context must mean the same by: a test stops the clock, and decorates. */
const SHARED = ['Date', 'Map', 'Reflect', 'Set'];

/** The storages that were used since the last file ended. */
const storages = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...args) {
  storages.add(this);
  return run.apply(this, args);
};

/** The context of a test file. */
export default class SharingEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.path = context.testPath;
    for (const name of SHARED) this.global[name] = globalThis[name];
    this.global.requireShared = requireShared;
    // What a test fakes are the timers of the modules that it tests, which run outside of its context.
    this.fakeTimersModern = new ModernFakeTimers({ config: config.projectConfig, global: globalThis });
  }

  handleTestEvent({ name, test }) {
    if (name === 'test_done' && test.errors.length > 0) this.hasFailed = true;
  }

  /** Jest has just installed what writes the stack traces of this file. */
  async setup() {
    await super.setup();
    const write = Error.prepareStackTrace;
    Error.prepareStackTrace = (error, sites) => write(error, sites.map(inSource));
  }

  /** Jest makes a storage for each file and keeps it: every promise of later files would be noted in all of them. */
  async teardown() {
    for (const storage of storages) storage.disable();
    storages.clear();
    const left = this.global.runningApps?.size ?? 0;
    await super.teardown();
    // Its jobs would run beside the tests of later files. A test that failed may be why, and says more.
    if (left > 0 && !this.hasFailed) throw new Error(`${this.path} left ${left} applications running`);
  }
}
