import { ModernFakeTimers } from '@jest/fake-timers';
import { TestEnvironment } from 'jest-environment-node';
import { inSource, requireShared } from './shared-modules.mjs';

/** What a test and the modules outside of its context must mean the same by: a test stops the clock, and decorates. */
const SHARED = ['Date', 'Map', 'Reflect', 'Set'];

/** The context of a test file. */
export default class SharingEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const name of SHARED) this.global[name] = globalThis[name];
    this.global.requireShared = requireShared;
    // What a test fakes are the timers of the modules that it tests, which run outside of its context.
    this.fakeTimersModern = new ModernFakeTimers({ config: config.projectConfig, global: globalThis });
  }

  /** Jest has just installed what writes the stack traces of this file. */
  async setup() {
    await super.setup();
    const write = Error.prepareStackTrace;
    Error.prepareStackTrace = (error, sites) => write(error, sites.map(inSource));
  }
}
