// Jest gives each test file a context of its own and loads every module again in it: the application and its packages
// took longer to load than most files took to run, and ran more slowly there. So only the tests themselves are loaded
// by Jest. What they import is loaded by Node.js, once for all files of a worker, as in the built program.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import Module, { createRequire, SourceMap } from 'node:module';
import { join, sep } from 'node:path';
import { transformSync, version } from '@swc/core';
import swcJest from '@swc/jest';

const require = createRequire(import.meta.url);

/** The source maps of what Node.js loaded, by file; Jest knows those of the tests. */
const maps = new Map();

/** A call of a stack trace as it stands in the source. */
export function inSource(site) {
  const file = site.getFileName();
  const map = maps.get(file);
  if (map === undefined) return site;
  const parsed = typeof map === 'string' ? new SourceMap(JSON.parse(map)) : map;
  maps.set(file, parsed);
  const { originalLine, originalColumn } = parsed.findEntry(site.getLineNumber() - 1, site.getColumnNumber() - 1);
  if (originalLine === undefined) return site;
  const found = { getLineNumber: () => originalLine + 1, getColumnNumber: () => originalColumn + 1 };
  return new Proxy(site, { get: (_, name) => found[name] ?? site[name].bind(site) });
}

/** Loads a module outside of the tests' contexts. @param module as Jest makes it, or as Node.js does before any test runs */
export function requireShared(module) {
  if (!(module instanceof Module)) return require(module.filename);
  module._compile(readFileSync(module.filename, 'utf8'), module.filename);
  return module.exports;
}

/** What became of a source is kept for later workers and runs: a second of the processor each time. */
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/test-modules');

/** JavaScript, and its source map as JSON. */
function transform(file, options) {
  const source = readFileSync(file, 'utf8');
  const key = createHash('sha256')
    .update(JSON.stringify([version, options, source]))
    .digest('hex');
  const kept = join(CACHE, `${key}.json`);
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8'));
  const { code, map } = transformSync(source, { ...options, sourceMaps: true, filename: file });
  mkdirSync(CACHE, { recursive: true });
  // Renamed when complete, as another worker may read it at the same time.
  const own = `${kept}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ code, map }));
  renameSync(own, kept);
  return { code, map };
}

/**
 * What Jest makes of each file.
 * @param loadsSource whether Jest loads the application too, and Node.js its packages alone
 * @param swc how TypeScript becomes what Node.js runs
 */
function createTransformer({ loadsSource = false, ...swc }) {
  globalThis.requireShared = requireShared;
  Module._extensions['.ts'] = (module, file) => {
    const { code, map } = transform(file, swc);
    maps.set(file, map);
    module._compile(code, file);
  };
  // A dynamic import names the built file, as TypeScript asks for.
  const resolveFilename = Module._resolveFilename;
  Module._resolveFilename = (request, parent, ...rest) => {
    const isSource = request.startsWith('.') && parent?.filename?.endsWith('.ts') === true;
    return resolveFilename(isSource ? request.replace(/\.js$/, '') : request, parent, ...rest);
  };
  const tests = swcJest.createTransformer(swc);
  const folders = loadsSource ? ['test', 'src'] : ['test'];
  const isForJest = (file, { config }) =>
    file.endsWith('.spec.ts') || folders.some((folder) => file.startsWith(join(config.rootDir, folder, sep)));
  return {
    process: (source, file, options) =>
      isForJest(file, options)
        ? tests.process(source, file, options)
        : { code: 'module.exports = requireShared(module);' },
    getCacheKey: (source, file, options) =>
      isForJest(file, options) ? tests.getCacheKey(source, file, options) : 'shared',
  };
}

export default { createTransformer };
