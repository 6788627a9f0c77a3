import { readdirSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import js from '@eslint/js';
import { createNodeResolver, flatConfigs, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * The rooms of src/, from the bottom up. A file imports from its own room and from rooms before it, never from later
 * ones, so no two of these folders import each other. The folders of a room's DTOs and migrations belong to it. Domain
 * modules, such as notes, are above all of them, then the files at the root, then the commands.
 */
const rooms = [
  ...under('platform', [
    'kernel',
    'addresses',
    'features',
    'problems',
    'concurrency',
    ...under('config', ['variables', 'sign-in', '.']),
    'signing',
    'logging',
    'jobs',
    'validation',
    'pagination',
    'openapi',
    'access',
    ...under('database', ['sql', 'reading', 'usage', 'migrating', 'connection', '.']),
    ...under('http', ['client', 'answers', 'bodies', 'errors', '.']),
    'health',
    'audit',
    'mail',
  ]),
  ...under('users', ['access', '.', 'fields', 'personal-data']),
  ...under('ownership', ['rules', '.']),
  ...under('auth', [
    'signing-keys',
    'tokens',
    'notices',
    'links',
    'devices',
    'trusted-devices',
    ...under('rate-limits', ['counters', '.']),
    'challenges',
    'factors',
    'proofs',
    'sessions',
    'api-tokens',
    'revocation',
    'schemes',
    'sign-in',
    'recovery-codes',
    'totp',
    'email-sign-in',
    ...under('external', ['providers', 'flow', 'identities', 'step-up', '.']),
    ...under('passkeys', ['ceremonies', 'webauthn', '.', 'management', 'login']),
    ...under('passwords', [
      'hashing',
      'foreign-hashes',
      'strength',
      'breached',
      '.',
      'registration',
      'login',
      'recovery',
    ]),
    'second-factor',
    'refusals',
    '.',
  ]),
  ...under('accounts', ['profile', 'activity', 'emails', 'imports', 'registrations', 'administration', '.']),
  // What every module with pages needs.
  ...under('web', ['assets', 'cookies', 'rendering', 'sessions', 'forms', 'pages']),
];

/** The pages of the site: above the domain modules, whose services they use. */
const pages = under('web', [
  ...['home', 'factors', 'sign-in', 'external', 'recovery', 'notes', 'account', 'security', 'administration', '.'],
]);

/** The commands for operators, what they print with, and the file readers of the import. */
const commands = under('cli', ['shell', 'import', '.']);

/** Folders that belong to the room that contains them. */
const PARTS = ['dto', 'migrations'];

/** Files at the root that assemble and run the server. Commands use the application, but do not serve. */
const programs = ['main.ts', 'app.setup.ts', 'announcement.ts', 'openapi.ts'];

function under(folder, names) {
  return names.map((name) => (name === '.' ? folder : `${folder}/${name}`));
}

const filesOf = (room) => `./src/${room === '.' ? '' : `${room}/`}{*,${PARTS.map((part) => `${part}/*`).join(',')}}`;

/** The room of each folder with code, and the domain modules: all other top-level folders. */
const folders = readdirSync('src', { recursive: true, withFileTypes: true })
  .filter(({ name }) => name.endsWith('.ts'))
  .map(({ parentPath }) => relative('src', parentPath).replaceAll('\\', '/') || '.')
  .map((folder) => (PARTS.includes(basename(folder)) ? dirname(folder) : folder));
const wings = new Set(['.', 'cli', 'web', ...rooms.map((room) => room.split('/')[0])]);
const domain = [...new Set(folders.filter((folder) => !wings.has(folder.split('/')[0])))];
const homeless = folders.find((folder) => ![...rooms, ...domain, ...pages, '.', ...commands].includes(folder));
if (homeless !== undefined) throw new Error(`src/${homeless} has no place among the floors of eslint.config.mjs`);

const floors = [
  ...rooms.map((room) => [room]),
  domain,
  ...pages.map((room) => [room]),
  ['.'],
  ...commands.map((room) => [room]),
];
const zones = floors
  .flatMap((floor, index) =>
    floor.map((room) => ({
      target: filesOf(room),
      from: [
        ...floors.slice(index + 1).flatMap((above) => above.map(filesOf)),
        ...(room === 'cli' ? programs.map((name) => `./src/${name}`) : []),
      ],
      message: 'Imports point down the floors only; see docs/architecture.md.',
    })),
  )
  .filter(({ from }) => from.length > 0);

export default tseslint.config(
  { ignores: ['dist', 'dist-bench', 'coverage', 'data', 'reports', '.stryker-tmp'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, flatConfigs.typescript],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.json'] })] },
    rules: {
      'max-lines': ['error', 250],
      'max-lines-per-function': ['error', { max: 30, skipComments: true, skipBlankLines: true }],
      'max-params': ['error', 8],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/order': [
        'error',
        {
          groups: ['builtin', 'external', 'parent', 'sibling'],
          'newlines-between': 'never',
          alphabetize: { order: 'asc', caseInsensitive: true },
        },
      ],
      'import-x/no-restricted-paths': ['error', { zones }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowStaticOnly: false }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // DTOs and options are plain shapes; nothing uses their prototype.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Features fill it by declaration merging.
      '@typescript-eslint/no-empty-object-type': ['error', { allowWithName: '^DomainEventDetails$' }],
      // Static mappers such as NoteDto.from do not use this.
      '@typescript-eslint/unbound-method': ['error', { ignoreStatic: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/platform/http/client/client-address.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[object.name="request"][property.name=/^ips?$/]',
          message: 'Use clientAddress().',
        },
      ],
    },
  },
  {
    // The steps of a test belong in one place.
    files: ['test/**/*.ts', 'src/**/*.spec.ts', 'bench/**/*.ts', 'src/**/migrations/*.ts'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { module: 'readonly', process: 'readonly', console: 'readonly', fetch: 'readonly' } },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { globals: { __dirname: 'readonly', process: 'readonly', require: 'readonly' } },
  },
  {
    files: ['src/web/assets/files/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'AbortController',
          'addEventListener',
          'atob',
          'btoa',
          'clearTimeout',
          'document',
          'history',
          'location',
          'navigator',
          'print',
          'PublicKeyCredential',
          'setTimeout',
          'URLSearchParams',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
