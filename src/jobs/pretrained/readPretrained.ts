import { stat } from 'node:fs/promises';
import path from 'node:path';
import { sha256Of } from '../../data/fileDigest.ts';
import { readIfPresent } from '../../data/readIfPresent.ts';
import { decodeSafetensors } from '../../data/safetensors.ts';
import type { ClassifierConfig } from '../../models/classifier.ts';
import type { ModelState } from '../../nn/modelState.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { ClassifierSettings } from '../../protocol/settings.ts';
import { RunFolder, runPaths } from '../../runs/runFolder.ts';
import { noClassifier } from '../runClassifier.ts';
import { fitWeights } from './fitWeights.ts';

export type PretrainedSource = NonNullable<ClassifierSettings['pretrained']>;

export interface Pretrained {
  /** The tensors that the classifier takes over, by its own names. */
  readonly state: ModelState;
  /** Names of the classifier's tensors that the source has not, or in another shape: of its head. */
  readonly drawnAnew: string[];
  /** What a person should know about how they were taken over. */
  readonly notes: readonly string[];
}

/**
 * Weights to start a classifier from: a `.safetensors` file by torchvision's or timm's names, or the checkpoint of a
 * run's folder. See `fitWeights`; numbers are trained on images in [-1, 1], whatever the source was trained on.
 *
 * Throws TsyndError 'run/settings-differ' when the content is not what the settings name, 'settings/invalid' when the
 * weights are those of another network, 'run/not-found', 'run/incomplete', and 'run/corrupt' for a damaged file.
 */
export async function readPretrained(
  source: PretrainedSource,
  config: ClassifierConfig,
): Promise<Pretrained> {
  const { file, bytes } = await readSource(source.path);
  const found = sha256Of(bytes);
  if (found !== source.sha256) {
    throw new TsyndError(
      'run/settings-differ',
      `The weights in ${file} have changed since the run was started.`,
      {
        remedy: 'Restore the file, or start a new run.',
        details: { expected: source.sha256, found },
      },
    );
  }
  return fitWeights(decodeSafetensors(bytes, file).tensors, config, file);
}

/** SHA-256 of a file with weights; of a run's folder, that of its classifier's checkpoint. Throws as `readPretrained`. */
export async function hashPretrained(source: string): Promise<string> {
  return sha256Of((await readSource(source)).bytes);
}

async function readSource(source: string): Promise<{ file: string; bytes: Buffer }> {
  const absolute = path.resolve(source);
  const found = await stat(absolute).catch(() => undefined);
  const file = found?.isDirectory() ? runPaths(absolute).classifier : absolute;
  if (!found?.isDirectory() && path.extname(file).toLowerCase() !== '.safetensors') {
    throw new TsyndError('settings/invalid', `${file} is neither a .safetensors file nor a run's folder.`, {
      remedy:
        'Save the state dict with safetensors.torch.save_file; other files of PyTorch can run code when they are read.',
    });
  }
  const bytes = await readIfPresent(file);
  if (bytes) return { file, bytes };
  if (found?.isDirectory()) throw noClassifier(await RunFolder.open(absolute));
  throw new TsyndError('run/not-found', `There is no file ${file} with weights.`, {
    remedy: 'Check the path.',
    details: { file },
  });
}
