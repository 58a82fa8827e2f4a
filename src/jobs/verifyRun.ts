import path from 'node:path';
import { encodePng } from '../data/encodePng.ts';
import { readIfPresent } from '../data/readIfPresent.ts';
import { TsyndError } from '../protocol/errors.ts';
import { readLines } from '../runs/jsonLines.ts';
import { RunFolder } from '../runs/runFolder.ts';
import { sampleRecordSchema } from '../runs/sampleRecord.ts';
import { readAutoencoder, readClassifier } from './checkpoints.ts';
import { openSession } from './generate.ts';
import { makeSamples } from './makeSamples.ts';

export interface RunVerification {
  readonly run: string;
  readonly samples: number;
  /** Ids of samples whose record or image is not what the checkpoints give. */
  readonly different: readonly string[];
}

/**
 * Makes a run's samples again from its checkpoints and dataset, and compares every number and every image with what
 * the run recorded. Changes nothing.
 */
export async function verifyRun(runPath: string, datasetPath?: string): Promise<RunVerification> {
  const run = await RunFolder.open(runPath);
  const { session } = await openSession(run, datasetPath === undefined ? {} : { datasetPath });
  const autoencoder = await readAutoencoder(run.paths.autoencoder, session.configs.autoencoder);
  const classifier = await readClassifier(run.paths.classifier, session.configs.classifier);
  const { values: records } = await readLines(run.paths.samples, sampleRecordSchema);
  if (!autoencoder || !classifier || records.length === 0) {
    throw new TsyndError('run/incomplete', `Run ${run.id} has no samples that could be verified.`, {
      remedy: `Go on with it first: tsynd generate --resume ${run.paths.root}`,
    });
  }
  const different: string[] = [];
  let position = 0;
  for await (const samples of makeSamples(session, autoencoder, classifier)) {
    for (const { record, pixels } of samples) {
      const recorded = records[position++];
      if (!recorded) break;
      const side = session.configs.imageSize;
      const channels = session.dataset.channels;
      const image = await encodePng({ pixels, channels, width: side, height: side });
      const stored = await readIfPresent(path.join(run.paths.root, recorded.file));
      const isSame = JSON.stringify(sampleRecordSchema.parse(record)) === JSON.stringify(recorded);
      if (!isSame || !stored || !image.equals(stored)) different.push(recorded.id);
    }
    if (position >= records.length) break;
  }
  await session.device.dispose();
  return { run: run.id, samples: records.length, different };
}
