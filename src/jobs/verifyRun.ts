import path from 'node:path';
import { readIfPresent } from '../data/readIfPresent.ts';
import { TsyndError } from '../protocol/errors.ts';
import { readLines } from '../runs/jsonLines.ts';
import { RunFolder } from '../runs/runFolder.ts';
import { sampleRecordSchema, type SampleRecord } from '../runs/sampleRecord.ts';
import { readAutoencoder, readClassifier } from './checkpoints.ts';
import { encodeSample } from './encodeSample.ts';
import { makeSamples, type Sample } from './makeSamples.ts';
import { openSession } from './openSession.ts';
import type { RunSession } from './runSession.ts';

export interface RunVerification {
  readonly run: string;
  readonly samples: number;
  /** Ids of samples whose record or image is not what the checkpoints give. */
  readonly different: readonly string[];
}

/**
 * Makes a run's samples again from its checkpoints and dataset, and compares every number and every image with what
 * the run recorded. Changes nothing. Throws TsyndError 'run/incomplete' when there is nothing to compare yet.
 */
export async function verifyRun(runPath: string, datasetPath?: string): Promise<RunVerification> {
  const run = await RunFolder.open(runPath);
  const { session } = await openSession(run, { datasetPath });
  try {
    const autoencoder = await readAutoencoder(run.paths.autoencoder, session.configs.autoencoder);
    const classifier = await readClassifier(run.paths.classifier, session.configs.classifier);
    const { values: records } = await readLines(run.paths.samples, sampleRecordSchema);
    if (!autoencoder || !classifier || records.length === 0) {
      throw new TsyndError('run/incomplete', `Run ${run.id} has no samples that could be verified.`, {
        remedy: `Go on with it first: tsynd generate --resume ${run.paths.root}`,
      });
    }
    const confirmed = new Set<SampleRecord>();
    let position = 0;
    for await (const samples of makeSamples(session, autoencoder, classifier)) {
      for (const sample of samples.slice(0, records.length - position)) {
        const recorded = records[position++];
        if (await isSame(session, sample, recorded)) confirmed.add(recorded);
      }
      if (position === records.length) break;
    }
    const different = records.filter((record) => !confirmed.has(record)).map(({ id }) => id);
    return { run: run.id, samples: records.length, different };
  } finally {
    await session.device.dispose();
  }
}

async function isSame(
  { run, configs }: RunSession,
  { record, pixels }: Sample,
  recorded: SampleRecord,
): Promise<boolean> {
  if (JSON.stringify(sampleRecordSchema.parse(record)) !== JSON.stringify(recorded)) return false;
  const stored = await readIfPresent(path.join(run.paths.root, recorded.file));
  return stored?.equals(await encodeSample(configs, pixels)) ?? false;
}
