// Runs after every build (`postbuild`): puts the programs and their packages into one file, dist/bundle.js, as a start
// spends most of its time on finding, reading and compiling 1,900 files. See docs/adr/0022-bundled-programs.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

const DIST = resolve('dist');
const BUNDLE = join(DIST, 'bundle.js');
const PROGRAMS = ['main', 'cli/main', 'openapi'];

/** Packages that stay in node_modules: native ones, and those that read files of their own folder. */
const EXTERNAL = ['argon2', 'bcrypt', 'sqlite3', 'swagger-ui-dist'];

/** What packages load where it is installed. In the bundle like any package if it is, so that there is one Nest. */
const OPTIONAL = [
  ...['@nestjs/microservices', '@nestjs/websockets', '@fastify/multipart', '@fastify/view', 'pg-native'],
  'class-transformer/storage',
];

/** Packages that no start needs: each is loaded when something of it is first used. */
const LATE = new Set([
  ...['@simplewebauthn/server', '@sqltools/formatter', 'ansis', 'dayjs', 'glob', 'libphonenumber-js', 'markdown-it'],
  ...['nodemailer', 'openid-client', 'qrcode', 'sanitize-html', 'validator'],
  // Asks where it was loaded from, for which V8 looks for the lines of the whole bundle.
  'http-errors',
]);

/** The packages that import such a package where they are loaded themselves, as our own modules do. */
const IMPORTERS = /[\\/]node_modules[\\/](class-validator|typeorm|@fastify[\\/](send|static))[\\/].*\.js$/;

/** `const name = require('package')` and `const { name } = require('package')`, also within a helper of TypeScript. */
const IMPORT = /^const (\w+|\{ \w+ \}) = (.*\brequire\(["']((?:@[\w-]+\/)?[\w-]+)[^"']*["']\)\)?);?$/gm;

function importLate(code) {
  return code.replace(IMPORT, (line, bound, load, imported) => {
    if (!LATE.has(imported)) return line;
    const name = bound.replace(/^\{ | \}$/g, '');
    return `const ${name} = importedLate(() => ${load}${name === bound ? '' : `.${name}`});`;
  });
}

/** Stands for an export, or an object of exports, until something of it is used. */
const IMPORTED_LATE = `const importedLate = (load) => {
  let loaded;
  const exported = () => (loaded ??= load());
  return new Proxy(exported, {
    get: (_, name) => exported()[name],
    apply: (_, self, values) => Reflect.apply(exported(), self, values),
  });
};`;

/** Templates and workers are files beside the modules that name them, also for a module in the bundle. */
const ownModules = {
  name: 'own-modules',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dist[\\/].*\.js$/ }, ({ path }) => {
      const folder = relative(DIST, dirname(path));
      if (folder.startsWith('..')) return undefined;
      const here = `(__dirname + ${JSON.stringify(`/${folder.replaceAll('\\', '/')}`)})`;
      return { contents: importLate(readFileSync(path, 'utf8')).replaceAll('__dirname', here) };
    });
  },
};

const importers = {
  name: 'importers',
  setup({ onLoad }) {
    onLoad({ filter: IMPORTERS }, ({ path }) => ({ contents: importLate(readFileSync(path, 'utf8')) }));
  },
};

/**
 * What Nest does where it is loaded: it loads class-validator and TypeORM by a require() of its own, from node_modules, a
 * second time; and its loggers, which the server does not use, load the data of all languages, for 15 ms.
 */
const loadedByNest = {
  name: 'loaded-by-nest',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@nestjs[\\/].*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replace('const require = createRequire(import.meta.url);', '')
        .replace(
          /^const dateTimeFormatter = (new Intl\.DateTimeFormat\([^)]*\));$/m,
          'const dateTimeFormatter = { format: (date) => $1.format(date) };',
        ),
    }));
  },
};

await bundle();
for (const program of PROGRAMS) {
  const file = join(DIST, `${program}.js`);
  const runner = relative(dirname(file), join(DIST, 'run-bundle.cjs'));
  writeFileSync(file, `require('./${runner}').runBundle('${program}');\n`);
}
copyFileSync('scripts/run-bundle.cjs', join(DIST, 'run-bundle.cjs'));
await keepCompiled();

async function bundle() {
  await build({
    stdin: {
      contents: PROGRAMS.map((name) => `exports['${name}'] = () => require('./${name}.js');`).join('\n'),
      resolveDir: DIST,
    },
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: [...EXTERNAL, ...OPTIONAL.filter((name) => !isInstalled(name))],
    // Kept names would wrap each function that a request makes, which cost a fifth of all requests a second. Without, a
    // few classes of equal name get a number behind it.
    keepNames: false,
    // What import() would do without a module loader.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'BUNDLE_URL' },
    banner: {
      js: `const BUNDLE_URL = require("node:url").pathToFileURL(__filename).href;\n${IMPORTED_LATE}`,
    },
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'external',
    plugins: [ownModules, importers, loadedByNest],
    // Nest's plugin for OpenAPI repeats keys of what a decorator says.
    logOverride: { 'duplicate-object-key': 'silent' },
    logLevel: 'warning',
  });
  // ASCII, as run-bundle.cjs reads it; esbuild leaves regular expressions as they are.
  const escape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  writeFileSync(BUNDLE, sharedExports(readFileSync(BUNDLE, 'utf8')).replace(/[\u0080-\uffff]/g, escape));
}

/**
 * esbuild copies the exports of an ES module for each require() of it, those of Nest 900 times: a tenth of a start. Once is
 * enough, unless a module that was still being loaded has got more of them since. On one line, for the source map.
 */
function sharedExports(text) {
  const copy = '__copyProps(__defProp({}, "__esModule", { value: true }), mod)';
  const converter = `var __toCommonJS = (mod) => ${copy};`;
  if (!text.includes(converter)) throw new Error('This version of esbuild converts ES modules in another way.');
  const known = 'var count = __getOwnPropNames(mod).length, known = __converted.get(mod);';
  const renewed = `if (known?.count !== count) __converted.set(mod, known = { count, exports: ${copy} });`;
  const shared = `var __converted = new WeakMap(), __toCommonJS = (mod) => { ${known} ${renewed} return known.exports; };`;
  return text.replace(converter, () => shared);
}

function isInstalled(name) {
  try {
    return createRequire(import.meta.url).resolve(name) !== '';
  } catch {
    return false;
  }
}

/** Starts the server once, on an empty folder, and keeps its code as V8 has compiled it by then. */
async function keepCompiled() {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-build-'));
  const [runner, cache] = [join(DIST, 'run-bundle.cjs'), join(DIST, 'bundle.cache')].map((file) =>
    JSON.stringify(file),
  );
  const starter = join(folder, 'start.js');
  const code = `const script = require(${runner}).runBundle('main');
    process.on('exit', () => require('node:fs').writeFileSync(${cache}, script.createCachedData()));`;
  writeFileSync(starter, code);
  const env = { PATH: process.env.PATH, NODE_ENV: 'test', DATA_DIR: folder, HOST: '127.0.0.1', PORT: '0' };
  const server = spawn(process.execPath, [starter], {
    ...{ cwd: folder, env, timeout: 60_000 },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: server.stdout }).once('line', () => server.kill());
  const [status] = await once(server, 'close');
  rmSync(folder, { recursive: true });
  if (status !== 0) console.warn('The server did not start for the build: its starts will take twice as long.');
}
