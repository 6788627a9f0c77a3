import js from '@eslint/js';
import { createNodeResolver, flatConfigs, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** The floors of src/, the ground first. A floor imports from floors before it, never from one behind it. */
const floors = [
  ['config', 'common', 'openapi', 'database'],
  ['http'],
  ['audit', 'mail'],
  ['users'],
  ['ownership'],
  ['auth'],
  ['admin', 'notes', 'health'],
  ['cli'],
];

/** What puts the floors together and serves. Commands take the application as it is put together, and do not serve. */
const programs = ['app.setup.ts', 'main.ts'];

const zones = floors.flatMap((floor, index) =>
  floor.map((name) => ({
    target: `./src/${name}`,
    from: [...floors.slice(index + 1).flat(), ...programs, ...(name === 'cli' ? [] : ['app.module.ts'])].map(
      (above) => `./src/${above}`,
    ),
    message: 'Imports point down the floors only; see docs/architecture.md.',
  })),
);

export default tseslint.config(
  { ignores: ['dist', 'dist-bench', 'coverage', 'data'] },
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
      'max-params': ['error', 5],
      'import-x/no-cycle': 'error',
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
      // DTOs and options are shapes; nothing asks for their prototype.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Static mappers such as NoteDto.from do not use this.
      '@typescript-eslint/unbound-method': ['error', { ignoreStatic: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/http/client-address.ts'],
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
    // A constructor's injected dependencies are read by the framework, and a test's steps stand in one place.
    files: ['test/**/*.ts', 'src/**/*.spec.ts', 'bench/**/*.ts', 'src/database/migrations/*.ts'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { module: 'readonly', process: 'readonly', console: 'readonly', fetch: 'readonly' } },
  },
);
