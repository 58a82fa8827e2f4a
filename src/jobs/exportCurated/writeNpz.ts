import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { emptyLike, imageShape } from '../../data/batch.ts';
import { SPLIT_NAMES, throwIfCancelled, type Dataset } from '../../data/dataset.ts';
import { EXPORT_NAMES } from '../../data/exportNames.ts';
import { encodeNpy } from '../../data/npy.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { readStoredImage } from '../library/syntheticImages.ts';
import { countItems, labelOf, realPixels, type ExportItem, type ExportPlan } from './exportPlan.ts';
import { describeExport, metadataLines } from './provenance.ts';
import { unreadableImage } from './unreadableImage.ts';
import type { ExportProgress } from './writeImages.ts';

/**
 * An archive in MedMNIST's layout: `{split}_images` [N, H, W] or [N, H, W, 3] in the dataset's own element type and
 * `{split}_labels` [N, 1] or [N, L] (uint8), beside `train_synthetic` [N] of 0 and 1, `metadata.jsonl` with each
 * image's provenance, `class_names.json` and `tsynd.json`, which NumPy gives as bytes.
 */
export async function writeNpz(
  plan: ExportPlan,
  file: string,
  { onProgress, signal }: ExportProgress,
): Promise<void> {
  const { dataset, splits } = plan;
  if (dataset.task !== 'multi-label' && dataset.classNames.length > 256) {
    throw new TsyndError('settings/invalid', `${dataset.name} has more than 256 classes.`, {
      remedy: 'Export it as class folders or as CSV.',
    });
  }
  const total = countItems(plan);
  let done = 0;
  const zip = new ZipFile();
  const add = (name: string, bytes: Buffer): void => {
    // One date, so that the same images give the same bytes.
    zip.addBuffer(bytes, name, { mtime: new Date(1980, 0, 1) });
  };
  for (const split of SPLIT_NAMES) {
    const items = splits[split];
    if (items.length === 0) continue;
    const [channels, height, width] = imageShape(dataset.train);
    const area = height * width;
    const pixels = emptyLike(dataset.train.pixels, items.length * area * channels);
    const rows: number[] = [];
    for (const [index, item] of items.entries()) {
      throwIfCancelled(signal, 'The export');
      const image = await interleavedPixels(item, dataset);
      pixels.set(image, index * area * channels);
      rows.push(...[labelOf(item)].flat());
      onProgress?.(++done, total);
    }
    const shape = [items.length, height, width, ...(channels === 3 ? [3] : [])];
    add(`${split}_images.npy`, encodeNpy(pixels, shape));
    add(`${split}_labels.npy`, encodeNpy(Uint8Array.from(rows), [items.length, rows.length / items.length]));
  }
  const flags = Uint8Array.from(splits.train, ({ kind }) => (kind === 'synthetic' ? 1 : 0));
  add(EXPORT_NAMES.synthetic, encodeNpy(flags, [flags.length]));
  add(EXPORT_NAMES.metadata, Buffer.from(metadataLines(plan)));
  add(EXPORT_NAMES.classNames, Buffer.from(JSON.stringify(dataset.classNames)));
  add(EXPORT_NAMES.facts, Buffer.from(describeExport(plan, new Date())));
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file), signal ? { signal } : {});
}

/** [H, W, C] in the dataset's element type and range. */
async function interleavedPixels(
  item: ExportItem,
  { channels, imageSize, train: { maxValue } }: Dataset,
): Promise<ArrayLike<number>> {
  if (item.kind === 'synthetic') {
    const data = await readStoredImage(item.file, { channels, imageSize }).catch((error: unknown) => {
      throw unreadableImage(item, item.file, error);
    });
    return maxValue === 255
      ? data
      : Float64Array.from(data, (value) => roundTo((value / 255) * maxValue, maxValue));
  }
  const planar = realPixels(item);
  if (channels === 1) return planar;
  const image = emptyLike(planar, planar.length);
  const area = imageSize * imageSize;
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < area; i++) image[i * channels + channel] = planar[channel * area + i];
  }
  return image;
}

/** Whole numbers, unless the range is that of floats. */
function roundTo(value: number, maxValue: number): number {
  return maxValue === 1 ? value : Math.round(value);
}
