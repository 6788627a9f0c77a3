import { ModernFakeTimers } from '@jest/fake-timers';
import SharingEnvironment from './environment.mjs';

/** The context of a test file and of the application that it tests, which may be mutated. */
export default class MutationEnvironment extends SharingEnvironment {
  constructor(config, context) {
    super(config, context);
    // The timers of the application, which runs in this context too.
    this.fakeTimersModern = new ModernFakeTimers({ config: config.projectConfig, global: this.global });
  }

  /** A mutant is known by the first test that fails; no other test of the file runs after it. */
  handleTestEvent({ name, test }) {
    if (name === 'test_done' && test.errors.length > 0) this.isKnown = true;
    if (name === 'test_start' && this.isKnown) test.mode = 'skip';
  }
}
