import { throwIfCancelled } from '../../data/dataset.ts';
import { signedDifference } from '../../explain/adversarialChange.ts';
import { requireLayer } from '../../explain/classActivation.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { AdversarialChoices, MapBatch, SaliencyChoices } from '../../protocol/explanations.ts';
import { RunFolder } from '../../runs/runFolder.ts';
import { ClassifierImages } from '../classifierImages.ts';
import { labelName } from '../labelName.ts';
import { RunDatasets } from '../library/runDatasets.ts';
import { checkComparable, checkSameSplits } from './comparableRuns.ts';
import { chooseImages, type ChosenImage, type ImageChoice } from './chooseImages.ts';
import type { ExplainedRun } from './explainedRun.ts';
import { Explainer } from './explainer.ts';
import type { ExplainedImage, Explanations, RunExplanation } from './explanations.ts';
import { parseTarget } from './explainTarget.ts';

export interface ExplanationRequest extends ImageChoice {
  /** The run's folder. */
  readonly run: string;
  /** Of a run of the same dataset, to be set beside it. */
  readonly against?: string | undefined;
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

/** Where the colours of differences may end. */
const RANGES = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1] as const;

/**
 * Explains images by one run or two. Throws TsyndError 'settings/invalid' for a class that they have not,
 * 'image/unreadable' for the first image that cannot be explained, 'cancelled', and what `checkComparable`,
 * `checkSameSplits`, `Explainer` and `chooseImages` throw.
 */
export async function gatherExplanations(request: ExplanationRequest): Promise<Explanations> {
  const folders = [request.run, ...(request.against === undefined ? [] : [request.against])];
  const runs = await Promise.all(folders.map((folder) => RunFolder.open(folder)));
  for (const other of runs.slice(1)) checkComparable(runs[0], other);
  const { dataset } = runs[0].manifest;
  const { classNames, imageSize } = dataset;
  const target = parseTarget(request.target, classNames);
  const saliency = { ...request.saliency, target };
  const adversarial = request.adversarial && { ...request.adversarial, target };

  const datasets = new RunDatasets();
  if (request.datasetPath !== undefined) datasets.relocate(runs[0], request.datasetPath);
  const reader = new ClassifierImages(datasets);
  const explainer = new Explainer(reader);
  try {
    const asked = adversarial
      ? ({ kind: 'adversarial', choices: adversarial } as const)
      : ({ kind: 'saliency', choices: saliency } as const);
    // What is wrong with a run is told before a dataset is read.
    const opened = [];
    for (const run of runs) opened.push(await explainer.open(run.paths.root, asked, partnerOf(run, runs)));

    const chosen = await chooseImages(request, runs[0], datasets);
    if (request.files.length === 0) {
      const dataset = await datasets.open(runs[0]);
      for (const other of runs.slice(1)) {
        await checkSameSplits(runs[0], other, dataset, () => datasets.open(other));
      }
    }
    let done = 0;
    const onImage = (): void => request.onProgress?.(++done, chosen.length * runs.length);
    const byRun: RunExplanation[][] = [];
    for (const run of runs) {
      byRun.push(
        await explainImages(explainer, run, chosen, { ...request, runs, saliency, adversarial, onImage }),
      );
    }
    const images: ExplainedImage[] = [];
    for (const [index, { ref, ...image }] of chosen.entries()) {
      const { input, findLabel } = await reader.read(runs[0], ref);
      const label = await findLabel();
      const className = label === undefined ? undefined : labelName(classNames, label);
      const { channels } = dataset;
      const explained = byRun.map((explanations) => explanations[index]);
      images.push({ ...image, className, channels, original: input.data, byRun: explained });
    }
    return {
      runs: opened.map(({ run, classifierSha256, autoencoder }) => {
        return { run, classifierSha256, autoencoderSha256: autoencoder?.sha256 };
      }),
      ...{ classNames, imageSize, adversarial, images },
      saliency: { ...saliency, layer: layerNames(opened, saliency.layer) },
      differenceRange: rangeOf(images),
    };
  } finally {
    await explainer.dispose();
  }
}

/** What the runs call the layer that was chosen. */
function layerNames(runs: readonly ExplainedRun[], layer: string): string {
  const names = runs.map(({ configs }) => requireLayer(configs.classifier.architecture, layer));
  return [...new Set(names)].join(' and ');
}

/** The other one of two runs. */
function partnerOf(run: RunFolder, runs: readonly RunFolder[]): string | undefined {
  return runs.find((other) => other !== run)?.paths.root;
}

interface Choices {
  readonly runs: readonly RunFolder[];
  readonly saliency: SaliencyChoices;
  readonly adversarial: AdversarialChoices | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onImage: () => void;
}

/** The images in their order as one run explains them. */
async function explainImages(
  explainer: Explainer,
  run: RunFolder,
  chosen: readonly ChosenImage[],
  { runs, saliency, adversarial, signal, onImage }: Choices,
): Promise<RunExplanation[]> {
  const images = chosen.map(({ ref }) => ref);
  const asked = { run: run.paths.root, comparedWith: partnerOf(run, runs) };
  const request = { kind: 'saliency', choices: saliency } as const;
  const maps = await explainer.maps({ ...asked, images, request }, { signal });
  checkComplete(maps, chosen);
  const size = maps.width * maps.height;
  const explanations: RunExplanation[] = [];
  for (const [index, image] of images.entries()) {
    throwIfCancelled(signal, 'Explaining');
    const values = maps.values.slice(index * size, (index + 1) * size);
    const found =
      adversarial && (await explainer.adversarial({ ...asked, image, choices: adversarial }, { signal }));
    explanations.push({
      run,
      saliency: { values, facts: maps.facts[index] },
      adversarial: found && { ...found, difference: signedDifference(found) },
    });
    onImage();
  }
  return explanations;
}

function checkComplete({ missing }: MapBatch, chosen: readonly ChosenImage[]): void {
  if (missing.length === 0) return;
  const [{ reason }] = missing;
  throw new TsyndError('image/unreadable', reason, {
    remedy: 'Leave the image out, or mend it.',
    details: { missing: missing.map(({ index, reason }) => ({ image: chosen[index].source, reason })) },
  });
}

/** The first of RANGES that all differences lie in. */
function rangeOf(images: readonly ExplainedImage[]): number {
  const differences = images.flatMap(({ byRun }) =>
    byRun.map(({ adversarial }) => adversarial?.difference ?? []),
  );
  let largest = 0;
  for (const difference of differences)
    for (const value of difference) largest = Math.max(largest, Math.abs(value));
  return RANGES.find((range) => largest <= range) ?? 1;
}
