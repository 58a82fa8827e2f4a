import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { installVsix } from '../tools/codeServer.ts';
import { MAX_VSIX_BYTES, packageExtension } from '../tools/packageExtension.ts';
import { findTarget, PACKAGE_TARGETS } from '../tools/packageTargets.ts';
import { installVscodeTools } from '../tools/vscodeTools.ts';
import { Editor, ROOT } from './support/editor.ts';
import { Gallery } from './support/gallery.ts';
import { webviewFrame } from './support/webview.ts';
import { openFile, runCommand, runRow, showRuns } from './support/workbench.ts';
import { addDataset, addTrainedRun, newWorkspace, removeWorkspace } from './support/workspaces.ts';

const DATASET = 'scans';
/** What a process of the same platform loads. */
const NATIVE = /\.(node|so|dylib|dll)(\.[\d.]+)?$/;
const TEXT = /\.(json|m?js|cjs|md|svg|txt|css|html)$/;

const target = findTarget(`${process.platform}-${process.arch}`)!;
const folder = mkdtempSync(path.join(tmpdir(), 'tsynd-vsix-'));
let vsix: string;
let installed: string;
let files: readonly string[];

before(() => {
  vsix = packageExtension(target, folder);
  installVsix(installVscodeTools(), folder, vsix);
  const extensions = path.join(folder, 'extensions');
  installed = path.join(extensions, readdirSync(extensions).find((name) => name.startsWith('tsynd.')) ?? '');
  files = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(path.join(installed, file)).isFile(),
  );
});

after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

test('the package is small enough', () => {
  assert.ok(statSync(vsix).size < MAX_VSIX_BYTES);
});

test('its native parts are those of this platform alone', () => {
  const native = files.filter((file) => NATIVE.test(file));
  const { platform, arch, name } = target;
  const foreign = native.filter(
    (file) => !file.includes(`/${platform}/${arch}/`) && !file.includes(`-${name}`),
  );
  assert.deepEqual(foreign, []);
  assert.ok(native.some((file) => file.endsWith('onnxruntime_binding.node')));
  assert.ok(native.some((file) => /sharp-.*\.node$/.test(file)));
});

test('it holds no source maps, tests, sources or data', () => {
  const unwanted = files.filter((file) =>
    /\.(map|tsx?|npz|jsonl|safetensors)$|(^|\/)(test|src|bench|\.tsynd|\.cache)\//.test(file),
  );
  assert.deepEqual(unwanted, []);
});

test('no file of it names a path of this machine', () => {
  const naming = files
    .filter((file) => TEXT.test(file))
    .filter((file) => {
      const text = readFileSync(path.join(installed, file), 'utf8');
      return [ROOT, `${homedir()}/`].some((place) => text.includes(place));
    });
  assert.deepEqual(naming, []);
});

test('every platform that it is made for has its parts in the lock file', () => {
  const lock = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as { packages: object };
  for (const name of PACKAGE_TARGETS.flatMap(({ sharpPackages }) => sharpPackages)) {
    assert.ok(`node_modules/${name}` in lock.packages, name);
  }
});

test('installed, it shows the images of a run, and its classifier predicts', async () => {
  const workspace = newWorkspace();
  try {
    const dataset = await addDataset(workspace, DATASET);
    await addTrainedRun(workspace, dataset);
    const [className = ''] = readdirSync(dataset).sort();
    const [image = ''] = readdirSync(path.join(dataset, className)).sort();
    const editor = await Editor.open({ workspace, vsix });
    try {
      const { page } = editor;
      await showRuns(page);
      await runRow(page, '12 samples').click({ timeout: 60_000 });
      const gallery = await Gallery.of(page);
      assert.equal(await gallery.tiles.count(), 12);
      await openFile(page, image);
      await runCommand(page, 'TSynD: Open Inspector to the Side');
      await webviewFrame(page, 'tsynd-inspector table.bars');
      await editor.problems.assertNone();
    } finally {
      await editor.close();
    }
  } finally {
    removeWorkspace(workspace);
  }
});
