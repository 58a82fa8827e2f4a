import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';

import { build } from 'esbuild';

const ENTRY = 'src/extension/extension.ts';

const { metafile } = await build({
  absWorkingDir: path.resolve(import.meta.dirname, '../..'),
  entryPoints: [ENTRY],
  bundle: true,
  write: false,
  metafile: true,
  platform: 'node',
  format: 'cjs',
  external: ['vscode'],
  logLevel: 'silent',
});
const bundled = Object.keys(metafile.inputs);

/** Files that are loaded when the extension starts, and who imports them: all but what is imported when needed. */
function loadedOnActivation(): Map<string, string[]> {
  const importers = new Map<string, string[]>([[ENTRY, []]]);
  for (const file of importers.keys()) {
    for (const { path: imported, kind, external } of metafile.inputs[file].imports) {
      if (external || kind === 'dynamic-import') continue;
      importers.set(imported, [...(importers.get(imported) ?? []), file]);
    }
  }
  return importers;
}

test('activation loads no package: the schema library alone would take half of its 50 ms', () => {
  const loaded = loadedOnActivation();
  assert.ok(loaded.has('src/extension/runs/registerRunsView.ts'));
  assert.ok(!loaded.has('src/extension/generate/startGenerateFlow.ts'));
  assert.ok(bundled.some((file) => file.startsWith('node_modules/zod/')));
  const packages = [...loaded].filter(([file]) => file.includes('node_modules/'));
  assert.deepEqual(Object.fromEntries(packages), {});
});

test('the extension host holds no tensor, image or model code', () => {
  const ours = bundled.filter((file) => !file.startsWith('node_modules/'));
  assert.deepEqual(
    ours.filter((file) => !/^src\/(extension|protocol)\//.test(file)),
    [],
  );
});
