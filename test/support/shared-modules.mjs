// Jest gives each test file a context of its own and loads every module anew in it: the application and its packages
// took longer to load than most files took to run, and ran more slowly there. So only the tests themselves are loaded
// by Jest. What they import is loaded by Node.js, once for all files of a worker, as in the built program.
import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { sep } from 'node:path';
import { transformSync } from '@swc/core';
import swcJest from '@swc/jest';

const require = createRequire(import.meta.url);

/** Loads a module outside of the tests' contexts. @param module as Jest makes it, or as Node.js does before any test runs */
export function requireShared(module) {
  if (!(module instanceof Module)) return require(module.filename);
  module._compile(readFileSync(module.filename, 'utf8'), module.filename);
  return module.exports;
}

/** What Jest makes of each file. @param swc how TypeScript becomes what Node.js runs */
function createTransformer(swc) {
  globalThis.requireShared = requireShared;
  Module._extensions['.ts'] = (module, file) => {
    module._compile(transformSync(readFileSync(file, 'utf8'), { ...swc, filename: file }).code, file);
  };
  const tests = swcJest.createTransformer(swc);
  const isTest = (file, { config }) =>
    file.startsWith(`${config.rootDir}${sep}test${sep}`) || file.endsWith('.spec.ts');
  return {
    process: (source, file, options) =>
      isTest(file, options)
        ? tests.process(source, file, options)
        : { code: 'module.exports = requireShared(module);' },
    getCacheKey: (source, file, options) =>
      isTest(file, options) ? tests.getCacheKey(source, file, options) : 'shared',
  };
}

export default { createTransformer };
