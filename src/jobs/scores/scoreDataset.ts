import { rm } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { SPLIT_NAMES, throwIfCancelled } from '../../data/dataset.ts';
import { sha256OfFile } from '../../data/fileDigest.ts';
import { openDataset } from '../../data/openDataset.ts';
import { writeFileAtomic } from '../../data/safeWrite.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { ScoredSplit, ScoresSummary } from '../../protocol/scoreTable.ts';
import { RunFolder } from '../../runs/runFolder.ts';
import {
  SCORES_VERSION,
  scoreRecordSchema,
  scoresFileSchema,
  type ScoreRecord,
  type ScoresFile,
} from '../../runs/scoreRecord.ts';
import { fileNameOf, makeStampedFolder } from '../../runs/stampedFolder.ts';
import { datasetRecord } from '../datasetRecord.ts';
import { modelConfigs } from '../modelConfigs.ts';
import { openDevice } from '../devices/openDevice.ts';
import { readRunSettings } from '../openRunDataset.ts';
import { readRunClassifier } from '../runClassifier.ts';
import { sampleMaskSeed } from '../sampleMasks.ts';
import { checkFit } from './checkFit.ts';
import { scorePaths, toScoresSummary } from './scoreFolders.ts';
import { ScoreRecords } from './scoreRecords.ts';
import { Scorer } from './scorer.ts';

export interface ScoreRequest {
  /** The run's folder. */
  readonly run: string;
  /** The run's own dataset or another one of the same classes. */
  readonly datasetPath: string;
  readonly splits: readonly ScoredSplit[];
  readonly signal?: AbortSignal | undefined;
  /** In images. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Gives every image of some splits of a dataset its mutual information and entropy over the run's dropout masks, and
 * the loss of its label without dropout, by the run's classifier, into a new folder of the run's. Test images are
 * among them, because a person asked for scores of all their images; nothing is trained or chosen by them.
 *
 * Always on the processor, like predictions of single images, so that both give the same numbers.
 *
 * Throws TsyndError 'run/incomplete' when the run has no classifier yet, 'run/settings-differ' when the classes are not
 * those that it knows, 'run/corrupt' when it answers with what is no number, 'settings/invalid' for no splits,
 * 'file/write', 'cancelled', and what `openDataset` throws.
 */
export async function scoreDataset({
  run: runPath,
  datasetPath,
  splits,
  signal,
  onProgress,
}: ScoreRequest): Promise<ScoresSummary> {
  const chosen = SPLIT_NAMES.filter((split) => splits.includes(split));
  if (chosen.length === 0) {
    throw new TsyndError('settings/invalid', 'No split was chosen.', {
      remedy: 'Choose at least one of train, val and test.',
    });
  }
  const run = await RunFolder.open(runPath);
  const settings = readRunSettings(run);
  const configs = modelConfigs(run.manifest.dataset, settings);
  const classifier = await readRunClassifier(run, configs.classifier);
  const { seed, skipUnreadable } = settings;
  const reading = { seed, skipUnreadable };
  const dataset = await openDataset(datasetPath, {
    imageSize: configs.imageSize,
    ...reading,
    ...(signal && { signal }),
  });
  checkFit(dataset, run);

  const { device, threads } = await openDevice('cpu');
  const maskSeed = sampleMaskSeed({ settings });
  const scorer = await Scorer.create(device, { configs, settings, classifier, maskSeed });
  const maker = new ScoreRecords(dataset, run, chosen);
  const total = chosen.reduce((sum, split) => sum + dataset[split].count, 0);
  const records: ScoreRecord[] = [];
  try {
    for (const split of chosen) {
      let index = 0;
      for await (const scores of scorer.score(dataset[split])) {
        for (const score of scores) records.push(maker.make(split, index++, score));
        onProgress?.(records.length, total);
        // A batch blocks the event loop: a cancellation is only heard between batches.
        await setImmediate();
        throwIfCancelled(signal, 'Scoring');
      }
    }
  } finally {
    await scorer.dispose();
    await device.dispose();
  }
  const { counts: _, ...described } = datasetRecord(dataset);
  const scoredAt = new Date();
  return writeScores(run, scoredAt, records, {
    formatVersion: SCORES_VERSION,
    scoredAt: scoredAt.toISOString(),
    runId: run.id,
    dataset: described,
    reading,
    splits: chosen,
    images: records.length,
    numMcSamples: settings.generation.numMcSamples,
    maskSeed,
    classifier: {
      sha256: await sha256OfFile(run.paths.classifier),
      channels: run.manifest.dataset.channels,
    },
    device: { name: device.name, description: device.description, threads },
  });
}

/** The lines come first: a folder without scores.json is incomplete. */
async function writeScores(
  run: RunFolder,
  scoredAt: Date,
  records: readonly ScoreRecord[],
  facts: ScoresFile,
): Promise<ScoresSummary> {
  const folder = await makeStampedFolder(run.paths.scores, scoredAt, fileNameOf(facts.dataset.name));
  const paths = scorePaths(folder);
  try {
    const lines = records.map((record) => `${JSON.stringify(scoreRecordSchema.parse(record))}\n`);
    await writeFileAtomic(paths.lines, lines.join(''));
    await writeFileAtomic(paths.facts, `${JSON.stringify(scoresFileSchema.parse(facts), undefined, 2)}\n`);
  } catch (error) {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
  return toScoresSummary(folder, facts);
}
