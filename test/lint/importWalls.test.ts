import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const root = path.resolve(import.meta.dirname, '../..');

// Files that need not exist have no types to lint with, and are found by their path alone.
const untyped = tseslint.configs.disableTypeChecked;
const eslint = new ESLint({ cwd: root, overrideConfig: [untyped] });
const eslintByPath = new ESLint({
  cwd: root,
  overrideConfig: [
    untyped,
    {
      settings: {
        'import-x/resolver-next': [
          {
            interfaceVersion: 3,
            name: 'by-path',
            resolve: (specifier: string, from: string) => ({
              found: true,
              path: path.resolve(path.dirname(from), specifier),
            }),
          },
        ],
      },
      rules: { 'import-x/no-cycle': 'off' },
    },
  ],
});

/** The rules that a file of this name and text breaks. */
async function brokenRules(file: string, text: string, linter = eslint): Promise<string[]> {
  const [result] = await linter.lintText(text, { filePath: path.join(root, file) });
  assert.ok(result);
  return result.messages.map((message) => message.ruleId ?? message.message);
}

function importing(fromFile: string, target: string): string {
  const specifier = path.posix.relative(path.posix.dirname(fromFile), target);
  return `import * as imported from '${specifier.startsWith('.') ? specifier : `./${specifier}`}';\nexport const used = imported;\n`;
}

const FORBIDDEN: readonly (readonly [importer: string, imported: readonly string[]])[] = [
  ['src/protocol', ['src/engine', 'src/data', 'src/runs', 'src/jobs']],
  ['src/engine', ['src/protocol/errors.ts', 'src/nn', 'src/models', 'src/data', 'test']],
  ['src/nn', ['src/protocol/errors.ts', 'src/models', 'src/data', 'src/tsynd']],
  ['src/models', ['src/protocol/errors.ts', 'src/data', 'src/tsynd']],
  ['src/data', ['src/engine/graph.ts', 'src/nn', 'src/models', 'src/runs', 'src/tsynd']],
  ['src/tsynd', ['src/runs', 'src/jobs', 'src/cli', 'src/evaluation']],
  ['src/evaluation', ['src/protocol/settings.ts', 'src/runs', 'src/jobs', 'src/explain']],
  ['src/color', ['src/protocol', 'src/engine', 'src/data']],
  ['src/explain', ['src/protocol/settings.ts', 'src/runs', 'src/jobs', 'src/evaluation']],
  ['src/report', ['src/engine', 'src/data', 'src/evaluation', 'src/runs', 'src/jobs', 'webview/report']],
  ['src/runs', ['src/engine/graph.ts', 'src/nn', 'src/models', 'src/tsynd', 'src/jobs']],
  ['src/jobs', ['src/cli']],
  ['src/compute', ['src/engine', 'src/data', 'src/runs', 'src/cli']],
  ['src/cli', ['src/engine', 'src/nn', 'src/models', 'src/data', 'src/tsynd', 'src/runs']],
  ['src/extension', ['src/engine', 'src/data', 'src/runs', 'src/jobs', 'src/cli']],
  ['webview/gallery', ['src/engine', 'src/runs', 'src/jobs', 'src/report']],
  ['webview/shared', ['src/engine', 'src/jobs', 'webview/gallery']],
];

const ALLOWED: readonly (readonly [importer: string, imported: readonly string[]])[] = [
  ['src/engine', ['src/engine/tensor.ts']],
  ['src/engine/ops', ['src/engine/tensor.ts']],
  ['src/data', ['src/protocol/errors.ts', 'src/engine/tensor.ts', 'src/engine/random.ts']],
  ['src/runs', ['src/protocol/errors.ts', 'src/data', 'src/engine/tensor.ts']],
  ['src/jobs', ['src/engine', 'src/nn', 'src/models', 'src/data', 'src/tsynd', 'src/evaluation', 'src/runs']],
  ['src/evaluation', ['src/protocol/testConditions.ts', 'src/models', 'src/data', 'src/tsynd']],
  ['src/explain', ['src/protocol/explanations.ts', 'src/models', 'src/tsynd']],
  ['src/report', ['src/protocol/report.ts', 'src/color']],
  ['src/cli', ['src/protocol/errors.ts', 'src/jobs']],
  ['src/extension', ['src/protocol/errors.ts']],
  ['webview/gallery', ['src/protocol/errors.ts', 'webview/shared']],
  ['webview/report', ['src/protocol/reportApi.ts', 'src/report', 'webview/shared']],
  ['test/data', ['src/data', 'src/runs']],
];

for (const [verb, pairs, expected] of [
  ['must not', FORBIDDEN, ['import-x/no-restricted-paths']],
  ['may', ALLOWED, []],
] as const) {
  for (const [importer, targets] of pairs) {
    test(`${importer} ${verb} import ${targets.join(', ')}`, async () => {
      for (const target of targets) {
        const file = `${importer}/probe.ts`;
        const imported = target.endsWith('.ts') ? target : `${target}/some/other.ts`;
        assert.deepEqual(await brokenRules(file, importing(file, imported), eslintByPath), expected, target);
      }
    });
  }
}

test('type imports stop at the walls, too', async () => {
  const text = "import type { TsyndError } from '../protocol/errors.ts';\nexport type Used = TsyndError;\n";
  assert.deepEqual(await brokenRules('src/engine/probe.ts', text), ['import-x/no-restricted-paths']);
});

test('only the extension imports vscode', async () => {
  const text = "import * as vscode from 'vscode';\nexport const used = vscode;\n";
  for (const folder of ['src/cli', 'src/protocol', 'src/compute', 'webview/shared']) {
    assert.deepEqual(await brokenRules(`${folder}/probe.ts`, text), ['no-restricted-imports'], folder);
  }
  assert.deepEqual(await brokenRules('src/extension/probe.ts', text), []);
});

test('types alone are imported from TensorFlow.js, which is no part of the bundles', async () => {
  const values = "import * as tf from '@tensorflow/tfjs-core';\nexport const used = tf;\n";
  const types = "import type { Tensor } from '@tensorflow/tfjs-core';\nexport type Used = Tensor;\n";
  for (const folder of ['src/engine', 'src/jobs', 'src/extension', 'webview/shared']) {
    const file = `${folder}/probe.ts`;
    assert.deepEqual(await brokenRules(file, values), ['@typescript-eslint/no-restricted-imports'], folder);
    assert.deepEqual(await brokenRules(file, types), [], folder);
  }
});

test('modules have no default export and draw no unkeyed random numbers', async () => {
  assert.deepEqual(await brokenRules('src/nn/probe.ts', 'export default 1;\n'), [
    'import-x/no-default-export',
  ]);
  assert.deepEqual(await brokenRules('src/nn/probe.ts', 'export const draw = Math.random();\n'), [
    'no-restricted-properties',
  ]);
});

test('cycles are found', async () => {
  const text = "import { ShapeError } from './errors.ts';\nexport const used = ShapeError;\n";
  assert.deepEqual(await brokenRules('src/engine/tensor.ts', text), ['import-x/no-cycle']);
});
