import { TestEnvironment } from 'jest-environment-node';
import { requireShared } from './shared-modules.mjs';

/** What a test and the modules outside of its context must mean the same by: a test stops the clock, and decorates. */
const SHARED = ['Date', 'Map', 'Reflect', 'Set'];

/** The context of a test file. */
export default class SharingEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const name of SHARED) this.global[name] = globalThis[name];
    this.global.requireShared = requireShared;
  }
}
