import path from 'node:path';
import { imageShape, labelAt } from '../../data/batch.ts';
import { SPLIT_NAMES, type Dataset, type LabelledImages, type SplitName } from '../../data/dataset.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { curationDecisionSchema, curationState } from '../../runs/curationLog.ts';
import { readIntactLines } from '../../runs/growingLines.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import { RunReader, type ReadRun } from '../library/runReader.ts';
import type { SampleEntry } from '../library/sampleList.ts';
import { openRunDataset } from '../openRunDataset.ts';

/** One image of an export. */
export type ExportItem =
  | {
      readonly kind: 'real';
      readonly images: LabelledImages<SplitName>;
      /** Position in `images`. */
      readonly position: number;
      /** The image's file, where it has one. */
      readonly file?: string | undefined;
    }
  | {
      readonly kind: 'synthetic';
      readonly record: SampleEntry;
      /** Its PNG in the run. */
      readonly file: string;
    };

/** Everything that goes into an export, before any of it is written. */
export interface ExportPlan {
  readonly run: RunFolder;
  readonly dataset: Dataset;
  /** The real images of a split come first, in the dataset's order; synthetic ones are in `train` only. */
  readonly splits: Readonly<Record<SplitName, readonly ExportItem[]>>;
}

/**
 * The accepted samples of a run with the training images that the run used, unless `syntheticOnly`, and the validation
 * and test images as they are.
 *
 * Throws TsyndError 'export/nothing' when no sample is accepted, or a class would have no training image, which no
 * reader of datasets takes; and what `openRunDataset` throws.
 */
export async function planExport(
  runPath: string,
  { syntheticOnly, signal }: { readonly syntheticOnly: boolean; readonly signal?: AbortSignal | undefined },
): Promise<ExportPlan> {
  const read = await new RunReader().read(runPath);
  const { run } = read;
  const accepted = await acceptedSamples(read);
  const { dataset, subset } = await openRunDataset(run, { signal });
  const synthetic = accepted.map((record): ExportItem => {
    return { kind: 'synthetic', record, file: path.join(run.paths.root, record.file) };
  });
  const train = [...(syntheticOnly ? [] : realItems(dataset, subset)), ...synthetic];
  checkClasses(dataset, train, syntheticOnly);
  const [val, test] = [realItems(dataset, dataset.val), realItems(dataset, dataset.test)];
  return { run, dataset, splits: { train, val, test } };
}

/** Of the samples that a gallery shows: lines that it leaves out are left out here, too. */
async function acceptedSamples({ run, list }: ReadRun): Promise<SampleEntry[]> {
  const { values: decisions } = await readIntactLines(run.paths.curation, curationDecisionSchema);
  const state = curationState(decisions);
  const accepted = list.entries.filter(({ id }) => state.get(id) === 'accepted');
  if (accepted.length > 0) return accepted;
  throw new TsyndError('export/nothing', `No sample of run ${run.id} is accepted yet.`, {
    remedy: 'Accept samples in the gallery first.',
  });
}

function checkClasses(
  { task, classNames }: Dataset,
  train: readonly ExportItem[],
  syntheticOnly: boolean,
): void {
  if (task === 'multi-label') return;
  const trained = new Set(train.map((item) => Number(labelOf(item))));
  const without = classNames.filter((_, label) => !trained.has(label));
  if (without.length === 0) return;
  const names = without.length === 1 ? `class ${without[0]}` : `the classes ${without.join(', ')}`;
  throw new TsyndError('export/nothing', `The export would have no training image of ${names}.`, {
    remedy: `Accept samples of every class${syntheticOnly ? ', or export the real training images, too' : ''}.`,
  });
}

function realItems(dataset: Dataset, images: LabelledImages<SplitName>): ExportItem[] {
  const folder = dataset.format === 'folder' ? dataset.path : path.dirname(dataset.path);
  return images.sources.map(({ file }, position): ExportItem => {
    return { kind: 'real', images, position, ...(file && { file: path.resolve(folder, file) }) };
  });
}

export function countSynthetic({ splits }: ExportPlan): number {
  return splits.train.filter(({ kind }) => kind === 'synthetic').length;
}

/** Real images of each split. */
export function countReal(plan: ExportPlan): Record<SplitName, number> {
  const { train, val, test } = plan.splits;
  return { train: train.length - countSynthetic(plan), val: val.length, test: test.length };
}

export function countItems({ splits }: ExportPlan): number {
  return SPLIT_NAMES.reduce((sum, split) => sum + splits[split].length, 0);
}

/** A class index, or for multi-label one 0 or 1 a label. */
export function labelOf(item: ExportItem): number | readonly number[] {
  return item.kind === 'synthetic' ? item.record.label : labelAt(item.images, item.position);
}

/** The pixels of a real image, planar [C, H, W], at the run's image size. */
export function realPixels({
  images,
  position,
}: Extract<ExportItem, { kind: 'real' }>): Uint8Array | Uint16Array | Float32Array {
  const [channels, height, width] = imageShape(images);
  const size = channels * height * width;
  return images.pixels.subarray(position * size, (position + 1) * size);
}
