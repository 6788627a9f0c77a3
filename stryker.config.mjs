/**
 * What is dense and pure, by area. What talks to the database or the network is left to the end-to-end tests.
 * @type {Record<string, string[]>}
 */
export const AREAS = {
  tokens: [
    'src/platform/signing/*.ts',
    'src/auth/{devices,links,tokens}/*.codec.ts',
    'src/auth/api-tokens/api-token.secret.ts',
    'src/auth/schemes/{bearer,verified-tokens}.ts',
  ],
  rotation: ['src/auth/sessions/rotation.ts'],
  cursors: ['src/platform/pagination/cursor.codec.ts', 'src/platform/database/reading/keyset-order.ts'],
  limits: [
    'src/auth/rate-limits/{attempt,policies}.ts',
    'src/auth/rate-limits/counters/limiters.ts',
    'src/auth/refusals/bursts.ts',
    'src/platform/concurrency/*.ts',
  ],
  access: [
    'src/ownership/owner.rule.ts',
    'src/ownership/rules/{row-access,row-access.guard}.ts',
    'src/users/access/roles.ts',
    'src/auth/schemes/scope.guard.ts',
  ],
  parsing: [
    'src/auth/passwords/foreign-hashes/*.ts',
    'src/auth/passwords/breached/{range-api,sorted-hash-file}.ts',
    'src/users/names.ts',
    'src/platform/addresses/*.ts',
    'src/platform/http/client/{client-address,network}.ts',
    'src/platform/http/bodies/json-bounds.ts',
    'src/platform/database/sql/numbered-parameters.ts',
  ],
};

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [...Object.values(AREAS).flat(), '!src/**/*.spec.ts', '!src/auth/passwords/foreign-hashes/libuv.ts'],
  testRunner: 'jest',
  jest: { configFile: 'jest.mutation.config.mjs' },
  plugins: ['@stryker-mutator/jest-runner', './test/support/mutants-of-messages.mjs'],
  ignorers: ['messages'],
  // What a sandbox has no use for.
  ignorePatterns: ['data', 'dist', 'dist-bench', 'coverage', 'docs', 'bench'],
  // Static mutants run when a module is loaded, so each would need the whole suite: more than an hour in all.
  ignoreStatic: true,
  concurrency: 2,
  // A mutant that loops is known by how often it runs, one that waits by Jest; this is for one that does neither.
  timeoutMS: 15_000,
  disableTypeChecks: false,
  reporters: ['clear-text', 'html', 'json'],
  clearTextReporter: { logTests: false },
  thresholds: { high: 95, low: 90, break: 85 },
};
