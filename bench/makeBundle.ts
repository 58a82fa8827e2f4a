/**
 * Lays out in a new folder what bench/gpu.sh needs on another machine of this kind, after a build:
 * `node --import tsx bench/makeBundle.ts FOLDER`.
 */
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { PACKAGE_TARGETS } from '../test/tools/packageTargets.ts';
import { stageExtension } from '../test/tools/stageExtension.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
/** From the checkout to the same place in the bundle, or where the bundled programs look for them. */
const FILES: Readonly<Record<string, string>> = {
  'bench/gpu.sh': 'bench/gpu.sh',
  'bench/peer.py': 'dist/peer.py',
  'bench/peerPrograms.py': 'dist/peerPrograms.py',
  'dist/cli.mjs': 'dist/cli.mjs',
  'experiments/table1-breastmnist.yaml': 'experiments/table1-breastmnist.yaml',
  'test/fixtures/ops.json': 'fixtures/ops.json',
  'test/fixtures/ops.safetensors': 'fixtures/ops.safetensors',
  ...Object.fromEntries(
    ['deit', 'models', 'saliency', 'uncertainty'].map((name) => {
      const file = `test/parity/${name}.py`;
      return [file, file] as const;
    }),
  ),
};

const folder = path.resolve(process.argv[2]);
if (existsSync(folder)) throw new Error('The bundle needs a folder that is not there yet.');
const target = PACKAGE_TARGETS.find(
  ({ platform, arch }) => platform === process.platform && arch === process.arch,
);
if (!target) throw new Error('There is no package for this machine.');

mkdirSync(folder, { recursive: true });
stageExtension(folder, target);
await build({
  bundle: true,
  logLevel: 'warning',
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external: ['onnxruntime-node', 'sharp'],
  absWorkingDir: ROOT,
  entryPoints: { gpu: 'bench/gpu.ts', gpuDevice: 'bench/gpuDevice.ts' },
  outdir: path.join(folder, 'dist'),
  outExtension: { '.js': '.mjs' },
  banner: {
    js: "import { createRequire as createRequireForBundle } from 'node:module';\nconst require = createRequireForBundle(import.meta.url);",
  },
});
for (const [from, to] of Object.entries(FILES)) cpSync(path.join(ROOT, from), path.join(folder, to));
cpSync(process.execPath, path.join(folder, 'node'), { dereference: true });
process.stdout.write(`${folder}\n`);
