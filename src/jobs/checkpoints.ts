import { z } from 'zod';
import { readIfPresent } from '../data/readIfPresent.ts';
import { decodeSafetensors, writeSafetensors } from '../data/safetensors.ts';
import { declareClassifier, type ClassifierConfig } from '../models/classifier.ts';
import { renameTensors } from '../models/tensorNames.ts';
import { declareAutoencoder, type AutoencoderConfig } from '../models/vqvae.ts';
import { checkState, type Declare, type ModelState } from '../nn/modelState.ts';
import { TsyndError } from '../protocol/errors.ts';
import type { TrainedAutoencoder } from '../tsynd/syntheticGenerator.ts';

/** Writes the autoencoder's tensors; the latents' deviations go into the metadata, so that torch can load the rest. */
export async function writeAutoencoder(
  file: string,
  config: AutoencoderConfig,
  { state, latentDeviation }: TrainedAutoencoder,
): Promise<void> {
  const metadata = { config: JSON.stringify(config), latentDeviation: JSON.stringify([...latentDeviation]) };
  await writeSafetensors(file, state, metadata);
}

/** The finished autoencoder of a run, or undefined where training has not ended. */
export async function readAutoencoder(
  file: string,
  config: AutoencoderConfig,
): Promise<TrainedAutoencoder | undefined> {
  const read = await readCheckpoint(file, config, declareAutoencoder(config));
  if (!read) return undefined;
  const deviation = z.array(z.number().min(0)).length(config.latentChannels);
  const parsed = deviation.safeParse(JSON.parse(read.metadata.latentDeviation ?? 'null'));
  if (!parsed.success) throw damaged(file, 'it lacks the deviations of its latents');
  return { state: read.tensors, latentDeviation: Float32Array.from(parsed.data) };
}

export async function writeClassifier(
  file: string,
  config: ClassifierConfig,
  state: ModelState,
): Promise<void> {
  await writeSafetensors(file, state, { config: JSON.stringify(config) });
}

/** The finished classifier of a run, or undefined where training has not ended. */
export async function readClassifier(
  file: string,
  config: ClassifierConfig,
): Promise<ModelState | undefined> {
  return (await readCheckpoint(file, config, declareClassifier(config)))?.tensors;
}

async function readCheckpoint(
  file: string,
  config: AutoencoderConfig | ClassifierConfig,
  declare: Declare,
): Promise<ReturnType<typeof decodeSafetensors> | undefined> {
  const bytes = await readIfPresent(file);
  if (!bytes) return undefined;
  const { tensors: named, metadata } = decodeSafetensors(bytes, file);
  if (metadata.config !== undefined && !isSameConfig(metadata.config, config)) {
    throw damaged(file, `it holds a network of other settings (${metadata.config})`);
  }
  const tensors = renameTensors(named);
  try {
    checkState(declare, tensors);
  } catch (error) {
    throw damaged(file, error instanceof Error ? error.message : String(error));
  }
  return { tensors, metadata };
}

/** What a classifier had for certain before its configuration named it. */
const EARLIER_CONFIG: Readonly<Record<string, unknown>> = { head: 'default' };

/** Whether a stored configuration is this one. Earlier versions did not store all that it holds now. */
function isSameConfig(stored: string, config: AutoencoderConfig | ClassifierConfig): boolean {
  let fields: Record<string, unknown>;
  try {
    fields = z.record(z.string(), z.unknown()).parse(JSON.parse(stored));
  } catch {
    return false;
  }
  return Object.entries(config).every(([name, value]) => {
    const found = fields[name] ?? EARLIER_CONFIG[name];
    // Earlier classifiers did not depend on the size of images; where one differs now, its tensors tell.
    return found === value || (name === 'imageSize' && found === undefined);
  });
}

/** TsyndError 'run/corrupt' for a checkpoint that was there a moment ago. */
export function checkpointGone(file: string): TsyndError {
  return new TsyndError('run/corrupt', `The checkpoint ${file} was removed while it was read.`, {
    remedy: 'Restore the file, or choose another run.',
  });
}

function damaged(file: string, reason: string): TsyndError {
  return new TsyndError(
    'run/corrupt',
    `The checkpoint ${file} does not fit its run: ${reason.replace(/\.$/, '')}.`,
    {
      remedy: 'Restore the file, or start a new run.',
      details: { file },
    },
  );
}
