import path from 'node:path';
import { TsyndError } from '../../protocol/errors.ts';
import type { ExplainedClass } from '../../protocol/explanations.ts';
import type { ImageRef } from '../../protocol/imageData.ts';
import type { ScoredSplit } from '../../protocol/scoreTable.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import { spreadOverClasses } from '../library/datasetImages.ts';
import { datasetItem, type RunDatasets } from '../library/runDatasets.ts';

/** Which images are explained. */
export interface ImageChoice {
  /** Image files; with none, images of the run's dataset. */
  readonly files: readonly string[];
  readonly split: ScoredSplit;
  /** Images of the dataset at most, spread over the classes. */
  readonly limit: number;
}

export interface ChosenImage {
  readonly ref: ImageRef;
  /** Unique, and safe as the name of a folder. */
  readonly name: string;
  readonly title: string;
  /** What finds the image again. */
  readonly source: Readonly<Record<string, string | number>>;
}

/** Throws what `RunDatasets.open` throws where no files are given. */
export async function chooseImages(
  { files, split, limit }: ImageChoice,
  run: RunFolder,
  datasets: RunDatasets,
): Promise<ChosenImage[]> {
  if (files.length > 0) {
    return files.map((given, position) => {
      const file = path.resolve(given);
      const title = path.basename(file);
      return { ref: { kind: 'file', path: file }, name: nameOf(position, title), title, source: { file } };
    });
  }
  const dataset = await datasets.open(run);
  return spreadOverClasses(dataset[split], limit).map((index, position) => {
    const { file } = datasetItem(dataset, split, index).source;
    const title = file === undefined ? `${split} ${index}` : path.posix.basename(file);
    return {
      ref: { kind: 'dataset', run: run.paths.root, split, index },
      name: nameOf(position, file === undefined ? `${split}-${index}` : title),
      title,
      source: { split, index, ...(file !== undefined && { file }) },
    };
  });
}

/**
 * The class that a person means by `predicted`, `label`, a name or a number. Throws TsyndError 'settings/invalid' for
 * what is none of these.
 */
export function parseTarget(text: string, classNames: readonly string[]): ExplainedClass {
  if (text === 'predicted' || text === 'label') return text;
  const named = classNames.indexOf(text);
  if (named >= 0) return named;
  if (/^\d+$/.test(text) && Number(text) < classNames.length) return Number(text);
  throw new TsyndError('settings/invalid', `There is no class '${text}'.`, {
    remedy: `Choose predicted, label, or one of ${classNames.map((name, index) => `${index} (${name})`).join(', ')}.`,
  });
}

/** e.g. `03-val-12` and `04-benign_0001` */
function nameOf(position: number, title: string): string {
  const stem = path
    .parse(title)
    .name.replaceAll(/[^A-Za-z0-9_]+/g, '-')
    .slice(0, 60);
  return `${String(position + 1).padStart(2, '0')}-${stem}`;
}
