import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeLargeRun } from '../../../bench/largeRun.ts';
import { writeSampleDataset } from '../../../src/data/sampleDataset.ts';
import { runExperiment } from '../../../src/jobs/experiment/runExperiment.ts';
import { tinyRun } from '../../support/tinyRun.ts';
import { ROOT, type Editor } from './editor.ts';

/** Real images, where the machine has them. */
const REAL_DATASET = path.resolve(ROOT, '../shared/data/folders/mednist_200');
const REAL_CLASSES = 3;
const IMAGES_PER_CLASS = 20;

/** A new folder to open in the editor. Remove it with `removeWorkspace`. */
export function newWorkspace(): string {
  return mkdtempSync(path.join(tmpdir(), 'tsynd-workspace-'));
}

export function removeWorkspace(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Ends the editor, and removes the folder that was open in it whatever comes of that. */
export async function closeAndRemove(editor: Editor, workspace: string): Promise<void> {
  try {
    await editor.close();
  } finally {
    removeWorkspace(workspace);
  }
}

/** Writes class folders to `<workspace>/<name>`: a few real images, or drawn ones where there are none. */
export async function addDataset(workspace: string, name: string): Promise<string> {
  const folder = path.join(workspace, name);
  if (!existsSync(REAL_DATASET)) {
    const imagesPerClass = IMAGES_PER_CLASS;
    return (await writeSampleDataset(folder, { seed: 0, imagesPerClass })).path;
  }
  const classNames = readdirSync(REAL_DATASET).sort().slice(0, REAL_CLASSES);
  for (const className of classNames) {
    mkdirSync(path.join(folder, className), { recursive: true });
    const files = readdirSync(path.join(REAL_DATASET, className)).sort().slice(0, IMAGES_PER_CLASS);
    for (const file of files) {
      cpSync(path.join(REAL_DATASET, className, file), path.join(folder, className, file));
    }
  }
  return folder;
}

/** Names of the folders from a dataset down to the images of one class, past those of its splits where it has them. */
export function foldersToImages(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const inner = entries.find((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  return inner ? [inner.name, ...foldersToImages(path.join(folder, inner.name))] : [];
}

/** A finished run with checkpoints, made with networks so small that it takes seconds; returns its folder. */
export async function addTrainedRun(workspace: string, dataset: string): Promise<string> {
  const out = path.join(workspace, '.tsynd/runs');
  return (await tinyRun(dataset, out, { imageSize: 16, count: 12 })).folder;
}

/** An experiment called "Read only" with one cell that is finished and one that is not; returns its folder. */
export async function addExperiment(workspace: string, dataset: string): Promise<string> {
  const folder = path.join(workspace, '.tsynd/experiments/read-only');
  const file = path.join(workspace, 'read-only.yaml');
  writeFileSync(
    file,
    `title: Read only
datasets: [${path.basename(dataset)}]
seeds: [0, 1]
preset: quick
imageSize: 16
classifier: { width: 4, duration: { epochs: 1 }, batchSize: 16 }
arms: [baseline]
evaluation: { noise: [0.12], fgsm: [8], pgd: [8], pgdSteps: 1, masking: false }
`,
  );
  const job = runExperiment({ path: file, out: folder, device: 'cpu', threads: 1 });
  for (let next = await job.next(); !next.done; next = await job.next());
  const [, unfinished] = readdirSync(path.join(folder, 'cells')).sort();
  rmSync(path.join(folder, 'cells', unfinished), { recursive: true });
  return folder;
}

/** A finished run on a drawn dataset with as many samples as one likes, but nothing trained; returns its folder. */
export function addDrawnRun(workspace: string, count: number): Promise<string> {
  return makeLargeRun(workspace, { count, imagesPerClass: IMAGES_PER_CLASS });
}
