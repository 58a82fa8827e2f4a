import { defineConfig, globalIgnores } from 'eslint/config';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const errors = 'src/protocol/errors.ts';
const hostNumerics = ['src/engine/tensor.ts', 'src/engine/random.ts'];
const models = ['src/engine', 'src/nn', 'src/models', 'src/data', errors];
const webview = ['src/protocol', 'src/color', 'webview/shared'];

/** For each folder, all that it may import beside itself and packages; a name ending in `.ts` is that one file. */
const importWalls = {
  'src/protocol': [],
  'src/color': [],
  'src/engine': [],
  'src/nn': ['src/engine'],
  'src/models': ['src/engine', 'src/nn'],
  'src/data': [...hostNumerics, errors],
  'src/tsynd': models,
  'src/evaluation': [...models, 'src/tsynd', 'src/protocol/testConditions.ts'],
  'src/report': ['src/protocol', 'src/color'],
  'src/explain': [...models, 'src/tsynd', 'src/protocol/explanations.ts'],
  'src/runs': ['src/protocol', 'src/data', ...hostNumerics],
  'src/jobs': [
    ...models,
    'src/protocol',
    'src/color',
    'src/tsynd',
    'src/evaluation',
    'src/explain',
    'src/report',
    'src/runs',
    'package.json',
  ],
  'src/compute': ['src/jobs', 'src/protocol'],
  'src/cli': ['src/jobs', 'src/protocol'],
  'src/extension': ['src/protocol'],
  'webview/shared': ['src/protocol', 'src/color'],
  'webview/gallery': webview,
  'webview/inspector': webview,
  'webview/compare': webview,
  'webview/report': [...webview, 'src/report'],
};

const importZones = Object.entries(importWalls).map(([folder, allowed]) => ({
  target: `./${folder}`,
  from: '.',
  except: [folder, 'node_modules', ...allowed].map((path) => `./${path}`),
  message: `${folder} may import ${allowed.length > 0 ? allowed.join(', ') : 'nothing of ours'}.`,
}));

export default defineConfig(
  globalIgnores(['dist/', '.tsynd/', '.cache/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  importX.flatConfigs.typescript,
  {
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: importZones }],
      'no-restricted-imports': [
        'error',
        { name: 'vscode', message: 'Only src/extension may import vscode.' },
      ],
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'Draw from src/engine/random.ts with an explicit key.',
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Numeric code indexes and looks up what it has itself put there, which the compiler cannot see.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // A callback for its effect alone reads best on one line.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // `const { removed, ...rest } = value` leaves a field out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // Messages and file names are full of numbers.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  { files: ['src/extension/**', 'test/extensionHost/**'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['src/**', 'webview/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@tensorflow/*'],
              allowTypeImports: true,
              message: "TensorFlow.js is the person's to install: import its types only, and load it.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ['test/**'],
    rules: {
      // The runner itself awaits what these return.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite'] },
          ],
        },
      ],
    },
  },
  { files: ['**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
  { files: ['*.config.mjs'], rules: { 'import-x/no-default-export': 'off' } },
);
