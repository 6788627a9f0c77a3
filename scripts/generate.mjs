// npm run generate -- owned bookmarks url:string label:string?
// Writes a module of owned rows: entity, DTOs, service, controller, module, migration, spec, and its line in app.module.ts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import words from '../dist/platform/kernel/words.js';
import { readField } from './generate/fields.mjs';
import { filesOf, namesOf, tableOf } from './generate/resource.mjs';

const USAGE =
  'Usage: npm run generate -- owned <plural> <name:kind> ...  for example: owned bookmarks url:string label:string?';

function main([kind, plural, ...given]) {
  if (kind !== 'owned' || plural === undefined || given.length === 0) throw new Error(USAGE);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(plural))
    throw new Error(`${plural} is not a path: use the form reading-lists`);
  const fields = given.map(readField);
  const twice = fields.find(({ name }, index) => fields.findIndex((field) => field.name === name) !== index);
  if (twice) throw new Error(`${twice.name} is given twice`);
  const names = namesOf(plural, words.singular, words.words);
  if (existsSync(`src/${plural}`)) throw new Error(`src/${plural} already exists`);
  const table = tableOf(plural);
  if (sourcesWith(`@Entity('${table}')`).length > 0) throw new Error(`Another module already has the table ${table}`);
  const files = filesOf(names, fields, Date.now());
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  register(names);
  document(names);
  tidy([...Object.keys(files), 'src/app.module.ts', 'docs/architecture.md']);
  console.log(`${Object.keys(files).join('\n')}\nNext: npm run openapi, npm test`);
}

/** The sources that contain a text. */
function sourcesWith(text) {
  if (!existsSync('src')) return [];
  const names = readdirSync('src', { recursive: true }).filter((name) => name.endsWith('.entity.ts'));
  return names.filter((name) => readFileSync(`src/${name}`, 'utf8').includes(text));
}

/** Adds the module after the others in `app.module.ts`. */
function register({ plural, Many }) {
  const file = 'src/app.module.ts';
  const source = readFileSync(file, 'utf8');
  const list = /(const domainModules = \[)([^\]]*)(\])/;
  if (!list.test(source)) throw new Error(`${file} has no list of domainModules`);
  const line = `import { ${Many}Module } from './${plural}/${plural}.module';\n`;
  const added = source.replace(
    list,
    (_, open, modules, close) => `${open}${modules.replace(/,?\s*$/, ', ')}${Many}Module${close}`,
  );
  writeFileSync(file, line + added);
}

/** Adds the module to the table of rooms. */
function document({ plural, noun }) {
  const file = 'docs/architecture.md';
  if (!existsSync(file)) return;
  const source = readFileSync(file, 'utf8');
  const row = /^\| `notes\/` .*\n/m;
  if (row.test(source))
    writeFileSync(
      file,
      source.replace(row, (found) => `${found}| \`${plural}/\` | an owned resource: one ${noun} a row |\n`),
    );
}

/** Sorts imports and wraps lines for lint. */
function tidy(files) {
  const sources = files.filter((file) => file.endsWith('.ts'));
  for (const [tool, args] of [
    ['eslint', ['--fix', ...sources]],
    ['prettier', ['--write', '--log-level', 'warn', ...files.filter((file) => existsSync(file))]],
  ]) {
    const { status } = spawnSync(`node_modules/.bin/${tool}`, args, { stdio: 'inherit' });
    if (status !== 0) throw new Error(`${tool} reports errors in the generated files`);
  }
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
