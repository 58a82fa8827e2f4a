import type { Dataset } from '../../data/dataset.ts';
import { spreadOverClasses } from '../../data/spreadOverClasses.ts';
import type { ComputeApi } from '../../protocol/computeApi.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { AdversarialChoices, SaliencyChoices } from '../../protocol/explanations.ts';
import type { RelevanceReport } from '../../protocol/relevance.ts';
import type { ScoredSplit } from '../../protocol/scoreTable.ts';
import { checkComparable, checkSameSplits } from '../explain/comparableRuns.ts';
import { ExplainedRuns, type ExplainedRun } from '../explain/explainedRun.ts';
import { ExplainPrograms } from '../explain/explainPrograms.ts';
import { openRunDataset } from '../openRunDataset.ts';
import { describeMeasuring } from './describeMeasuring.ts';
import { readMasks } from './imageMasks.ts';
import { prepareReports, writeReport } from './relevanceFiles.ts';
import { scoreImages, type MeasuredImages } from './scoreImages.ts';
import { compareScores, summarizeScores, type ImageScores } from './summarizeScores.ts';

export interface RelevanceRequest {
  /** The run's folder. */
  readonly run: string;
  /** The folder of a run of the same images. */
  readonly against?: string | undefined;
  readonly split: ScoredSplit;
  /** Images at most, spread over the classes. */
  readonly limit?: number | undefined;
  readonly saliency: SaliencyChoices;
  readonly adversarial: AdversarialChoices;
  /** Decides the noise of imputation, the order of equally relevant pixels and the bootstrap; 0 unless told. */
  readonly seed?: number | undefined;
  /** Where the dataset lies now, if it was moved. */
  readonly datasetPath?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

const DEFAULT_SEED = 0;

/**
 * Measures how relevant what a run's maps mark is, over images of a split of its dataset, and keeps the report in the
 * run's folder. With a second run the same images are measured for both, in the same order, with the same noise, and
 * their changes are searched for through the same autoencoder, so that what differs is the classifier.
 *
 * Nothing is chosen by the result: it may be asked of test images, and has no way back into training.
 *
 * Throws TsyndError 'run/incomplete' without a classifier, 'run/settings-differ' for runs of other images, and
 * 'cancelled'; then nothing is kept.
 */
export async function measureRelevance(
  request: RelevanceRequest,
): Promise<ComputeApi['explain/relevance']['result']> {
  const { split, limit, seed = DEFAULT_SEED, signal } = request;
  const runs = await openRuns(request);
  const { dataset } = await openRunDataset(runs[0].run, request);
  if (runs.length === 2) {
    const [first, second] = runs.map(({ run }) => run);
    await checkSameSplits(
      first,
      second,
      dataset,
      async () => (await openRunDataset(second, request)).dataset,
    );
  }
  for (const { run } of runs) await prepareReports(run);

  const measured = await chooseImages(dataset, split, limit);
  const total = runs.length * measured.indices.length;
  let done = 0;
  request.onProgress?.(done, total);
  const onImage = (): void => request.onProgress?.(++done, total);

  const programs = new ExplainPrograms();
  const scores: ImageScores[][] = [];
  try {
    for (const run of runs) {
      scores.push(await scoreImages(run, measured, programs, { ...request, seed, signal, onImage }));
    }
  } finally {
    await programs.dispose();
  }

  const measuredAt = new Date().toISOString();
  const reportOf = (index: number): RelevanceReport => ({
    ...describeMeasuring(runs[index], { ...request, seed }, measured, scores[index]),
    measuredAt,
    ...summarizeScores(scores[index], seed),
  });
  const first = reportOf(0);
  await writeReport(runs[0].run, first);
  if (runs.length === 1) return { report: first };
  const differences = compareScores(scores[0], scores[1], seed);
  const second = { ...reportOf(1), against: { run: first.run, ...differences } };
  await writeReport(runs[1].run, second);
  return { report: first, comparison: { first, second, ...differences } };
}

/** The run, and the one that it is compared with; both with the same autoencoder, or none. */
async function openRuns({ run, against, saliency, adversarial }: RelevanceRequest): Promise<ExplainedRun[]> {
  const opening = new ExplainedRuns();
  const folders = against === undefined ? [run] : [run, against];
  const runs: ExplainedRun[] = [];
  for (const folder of folders)
    runs.push(await opening.open(folder, { kind: 'saliency', choices: saliency }));
  if (runs.length === 2) checkComparable(runs[0].run, runs[1].run);
  const others = runs.slice(1).map((other) => other.run);
  const opened = await opening
    .open(run, { kind: 'adversarial', choices: adversarial }, others)
    .catch((error: unknown) => {
      // Saliency can be measured without.
      if (error instanceof TsyndError && error.code === 'run/incomplete') return undefined;
      throw error;
    });
  const { autoencoder } = opened ?? {};
  return autoencoder ? runs.map((each) => ({ ...each, autoencoder })) : runs;
}

async function chooseImages(
  dataset: Dataset,
  split: ScoredSplit,
  limit: number | undefined,
): Promise<MeasuredImages> {
  const images = dataset[split];
  const indices = spreadOverClasses(images, limit);
  const masks = await readMasks(
    dataset,
    indices.map((index) => images.sources[index]),
  );
  return { dataset, split, indices, masks };
}
