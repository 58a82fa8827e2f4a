import path from 'node:path';
import { throwIfCancelled } from '../../data/dataset.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { AdversarialChoices, ExplainedClass, MapBatch, SaliencyChoices } from '../../protocol/explanations.ts';
import type { ImageRef } from '../../protocol/imageData.ts';
import type { ScoredSplit } from '../../protocol/scoreTable.ts';
import { RunFolder } from '../../runs/runFolder.ts';
import { ClassifierImages } from '../classifierImages.ts';
import { labelName } from '../labelName.ts';
import { spreadOverClasses } from '../library/datasetImages.ts';
import { RunDatasets } from '../library/runDatasets.ts';
import { Explainer } from './explainer.ts';
import type { ExplainedImage, Explanations, RunExplanation } from './explanations.ts';

export interface ExplanationRequest {
  /** The run's folder. */
  readonly run: string;
  /** Of a run of the same dataset, to be set beside it. */
  readonly against?: string | undefined;
  /** Image files; with none, images of the run's dataset. */
  readonly files: readonly string[];
  readonly split: ScoredSplit;
  /** Images of the dataset at most, spread over the classes. */
  readonly limit: number;
  readonly saliency: Omit<SaliencyChoices, 'target'>;
  /** Absent where only saliency is wanted. */
  readonly adversarial?: Omit<AdversarialChoices, 'target'> | undefined;
  /** `predicted`, `label`, or a class by its name or number. */
  readonly target: string;
  /** Where the dataset lies now, if it was moved. */
  readonly datasetPath?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

interface NamedImage {
  readonly ref: ImageRef;
  readonly name: string;
  readonly title: string;
  readonly source: ExplainedImage['source'];
}

/** Where the colours of differences may end. */
const RANGES = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1];

/**
 * Explains images by one run or two. Throws TsyndError 'settings/invalid' for runs of different images or classes and
 * for a class that they have not, 'image/unreadable' and the like for the first image that cannot be explained, what
 * `Explainer` throws, and 'cancelled'.
 */
export async function gatherExplanations(request: ExplanationRequest): Promise<Explanations> {
  const runs = await Promise.all(
    [request.run, ...(request.against === undefined ? [] : [request.against])].map((run) => RunFolder.open(run)),
  );
  runs.forEach((run) => checkComparable(runs[0], run));
  const { classNames, imageSize } = runs[0].manifest.dataset;
  const target = parseTarget(request.target, classNames);
  const saliency = { ...request.saliency, target };
  const adversarial = request.adversarial && { ...request.adversarial, target };

  const datasets = new RunDatasets();
  if (request.datasetPath !== undefined) datasets.relocate(runs[0], request.datasetPath);
  const reader = new ClassifierImages(datasets);
  const explainer = new Explainer(reader);
  try {
    const named = await nameImages(request, runs[0], datasets);
    const total = named.length * runs.length;
    let done = 0;
    const columns: RunExplanation[][] = [];
    for (const run of runs) {
      const options = { signal: request.signal, preferred: runs };
      const images = named.map(({ ref }) => ref);
      const maps = await explainer.maps(
        { run: run.paths.root, images, request: { kind: 'saliency', choices: saliency } },
        options,
      );
      checkComplete(maps, named);
      const column: RunExplanation[] = [];
      for (const [index, image] of images.entries()) {
        throwIfCancelled(request.signal, 'Explaining');
        const found =
          adversarial &&
          (await explainer.adversarial({ run: run.paths.root, image, choices: adversarial }, options));
        column.push({
          run,
          saliency: { values: take(maps.values, index, imageSize), facts: maps.facts[index] },
          ...(found && { adversarial: { ...found, difference: differenceOf(found) } }),
        });
        request.onProgress?.(++done, total);
      }
      columns.push(column);
    }
    const images = await Promise.all(
      named.map(async ({ ref, ...image }, index): Promise<ExplainedImage> => {
        const { input, findLabel } = await reader.read(runs[0], ref);
        const label = await findLabel();
        return {
          ...image,
          ...(label !== undefined && { className: labelName(classNames, label) }),
          channels: runs[0].manifest.dataset.channels,
          original: input.data,
          byRun: columns.map((column) => column[index]),
        };
      }),
    );
    const opened = await Promise.all(
      runs.map((run) =>
        explainer.open(
          run.paths.root,
          adversarial ? { kind: 'adversarial', choices: adversarial } : { kind: 'saliency', choices: saliency },
          { preferred: runs },
        ),
      ),
    );
    return {
      runs: opened.map(({ run, classifierSha256, autoencoder }) => {
        return { run, classifierSha256, autoencoderSha256: autoencoder?.sha256 };
      }),
      ...{ classNames, imageSize, saliency, adversarial, images },
      differenceRange: rangeOf(images),
    };
  } finally {
    await explainer.dispose();
  }
}
