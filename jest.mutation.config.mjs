import { dirname, join } from 'node:path';
import ordinary from './jest.config.js';
import { AREAS } from './stryker.config.mjs';

const [[files, [transformer, swc]]] = Object.entries(ordinary.transform);
const folders = new Set(Object.values(AREAS).flat().map(dirname));

/**
 * The unit tests of the folders that are mutated, for Stryker. It turns mutants on and off in the context of a test, so
 * Jest loads `src` there too.
 * @type {import('jest').Config}
 */
export default {
  testEnvironment: join(import.meta.dirname, 'test/support/mutation-environment.mjs'),
  roots: ['<rootDir>/src'],
  // A mutant that waits forever is known by then; the slowest of these tests takes two seconds.
  testTimeout: 10_000,
  testMatch: Array.from(folders, (folder) => `<rootDir>/${folder}/*.spec.ts`),
  // Hashes at their full cost take seconds each, and find no mutant that cheap ones of the same forms miss.
  testPathIgnorePatterns: ['\\.cost\\.spec\\.ts$'],
  transform: { [files]: [transformer, { ...swc, loadsSource: true }] },
  transformIgnorePatterns: [],
};
