import path from 'node:path';
import { encodeNpy } from '../../data/npy.ts';
import { makeFolder, writeFileAtomic } from '../../data/safeWrite.ts';
import { CHANGE_THRESHOLD } from '../../protocol/explanations.ts';
import { programVersions } from '../versions.ts';
import { drawExplanations } from './explanationFigure.ts';
import type { ExplainedImage, Explanations, RunExplanation } from './explanations.ts';
import {
  absolutePicture,
  encodePicture,
  imagePicture,
  overlayPicture,
  SALIENCY_SCALE,
  signedPicture,
} from './figure/mapPictures.ts';

/**
 * Writes into a folder: `figure.png`; `explanation.json` with settings and numbers; and for each image a folder with
 * `original.png` and, in a folder for each run, `saliency.npy` and `overlay.png`, and of the adversarial search
 * `reconstruction.png`, `adversarial.png`, and `difference` and `absoluteDifference` as `.npy` and `.png`. Maps are
 * float32 [H, W]; pictures have the classifiers' image size. Throws TsyndError 'file/write'.
 */
export async function writeExplanations(folder: string, explanations: Explanations): Promise<void> {
  for (const image of explanations.images) {
    const place = path.join(folder, image.name);
    await makeFolder(place);
    const { imageSize: side } = explanations;
    const original = imagePicture({ values: image.original, channels: image.channels, side });
    await writeFileAtomic(path.join(place, 'original.png'), await encodePicture(original));
    for (const explanation of image.byRun) {
      await writeRun(path.join(place, explanation.run.id), explanations, image, explanation);
    }
  }
  await writeFileAtomic(path.join(folder, 'figure.png'), await drawExplanations(explanations));
  const text = JSON.stringify(describeExplanations(explanations), undefined, 2);
  await writeFileAtomic(path.join(folder, 'explanation.json'), `${text}\n`);
}

async function writeRun(
  folder: string,
  { imageSize: side, differenceRange: range }: Explanations,
  { original, channels }: ExplainedImage,
  { saliency, adversarial }: RunExplanation,
): Promise<void> {
  await makeFolder(folder);
  const write = (name: string, bytes: Uint8Array): Promise<void> =>
    writeFileAtomic(path.join(folder, name), bytes);
  const form = { channels, side };
  await write('saliency.npy', encodeNpy(saliency.values, [side, side]));
  await write(
    'overlay.png',
    await encodePicture(overlayPicture({ values: original, ...form }, saliency.values)),
  );
  if (!adversarial) return;
  const { difference, reconstruction, adversarial: changed } = adversarial;
  await write('reconstruction.png', await encodePicture(imagePicture({ values: reconstruction, ...form })));
  await write('adversarial.png', await encodePicture(imagePicture({ values: changed, ...form })));
  await write('difference.npy', encodeNpy(difference, [side, side]));
  await write('difference.png', await encodePicture(signedPicture(difference, side, range)));
  await write('absoluteDifference.npy', encodeNpy(difference.map(Math.abs), [side, side]));
  await write('absoluteDifference.png', await encodePicture(absolutePicture(difference, side, range)));
}

/** What explanation.json holds. */
export function describeExplanations(explanations: Explanations): object {
  const { runs, classNames, imageSize, saliency, adversarial, images, differenceRange } = explanations;
  const { dataset } = runs[0].run.manifest;
  const { low, high, opacity } = SALIENCY_SCALE;
  return {
    formatVersion: 1,
    createdAt: new Date().toISOString(),
    versions: programVersions(),
    dataset: { name: dataset.name, path: dataset.path, sha256: dataset.sha256 },
    classNames,
    imageSize,
    runs: runs.map(({ run, ...checksums }) => ({
      ...{
        id: run.id,
        folder: run.paths.root,
        method: run.manifest.settings.method,
        seed: run.manifest.seed,
      },
      ...checksums,
    })),
    saliency,
    adversarial,
    changeThreshold: CHANGE_THRESHOLD,
    colors: {
      saliency: { map: 'inferno', range: [low, high], opacity, unit: 'share of the strongest evidence' },
      difference: { map: 'blueOrange', range: [-differenceRange, differenceRange], unit: 'share of white' },
      absoluteDifference: { map: 'viridis', range: [0, differenceRange], unit: 'share of white' },
    },
    images: images.map(({ name, title, className, source, byRun }) => ({
      ...{ name, title, className, source },
      explanations: byRun.map((explanation) => describeOne(explanation, classNames)),
    })),
  };
}

function describeOne({ run, saliency, adversarial }: RunExplanation, classNames: readonly string[]): object {
  return {
    run: run.id,
    saliency: { ...saliency.facts, className: classNames[saliency.facts.target] },
    ...(adversarial && {
      adversarial: {
        target: adversarial.target,
        className: classNames[adversarial.target],
        probability: adversarial.probability,
        autoencoderRun: adversarial.autoencoderRun ?? run.id,
        ...adversarial.change,
      },
    }),
  };
}
