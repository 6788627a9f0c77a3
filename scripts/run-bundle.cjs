// dist/run-bundle.cjs: runs a program of dist/bundle.js. Most of the time of a start is V8 reading and compiling code, so
// the build keeps what V8 compiled at a first start. V8 itself rejects that when it has another version or other flags.
const { existsSync, readFileSync } = require('node:fs');
const { wrap } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

const BUNDLE = join(__dirname, 'bundle.js');
const CACHE = join(__dirname, 'bundle.cache');

/** @returns the compiled bundle */
exports.runBundle = (program) => {
  // With node --enable-source-maps: those are read for what require() loads.
  if (process.sourceMapsEnabled) return void require(BUNDLE)[program]();
  const cachedData = existsSync(CACHE) ? readFileSync(CACHE) : undefined;
  // The bundle is ASCII, which is read 20 times as fast as UTF-8.
  const script = new Script(wrap(readFileSync(BUNDLE, 'latin1')), { filename: BUNDLE, cachedData });
  const bundle = { exports: {} };
  script.runInThisContext()(bundle.exports, require, bundle, BUNDLE, __dirname);
  bundle.exports[program]();
  return script;
};
