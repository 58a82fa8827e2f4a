/** A classifier that has learned to tell lesions must look at them: the measures must find masks that it never saw. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import type { SplitName } from '../../../src/data/dataset.ts';
import { drawPhantom } from '../../../src/data/phantom.ts';
import { deriveKey, integers, randomKey } from '../../../src/engine/random.ts';
import { measureRelevance } from '../../../src/jobs/relevance/measureRelevance.ts';
import { DEFAULT_ADVERSARIAL, DEFAULT_SALIENCY } from '../../../src/protocol/explanations.ts';
import { PRESET_SETTINGS } from '../../../src/protocol/settings.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRun, TINY_SETTINGS } from '../../support/tinyRun.ts';

const folder = temporaryFolder();
const dataset = path.join(folder, 'phantoms');
const SIDE = 64;
const IMAGES_PER_CLASS = 300;
const SEED = 2;

/**
 * Phantoms with and without a lesion, each pushed sideways by a random amount (what leaves comes in again on the other
 * side), since all lesions of the sample dataset lie near the middle, where a map may be brightest anyway.
 */
async function drawPhantoms(): Promise<void> {
  for (const kind of ['malignant', 'normal'] as const) {
    for (let index = 0; index < IMAGES_PER_CLASS; index++) {
      const key = deriveKey(randomKey(SEED), kind, index);
      const [by] = integers(deriveKey(key, 'shift'), 1, SIDE);
      const { image, mask } = drawPhantom(key, kind, SIDE);
      const file = path.join(splitOf(index), kind, `${index}.png`);
      await writeShifted(path.join(dataset, file), image, by);
      await writeShifted(path.join(dataset, '.masks', file), mask, by);
    }
  }
}

function splitOf(index: number): SplitName {
  if (index < 0.2 * IMAGES_PER_CLASS) return 'val';
  return index < 0.25 * IMAGES_PER_CLASS ? 'test' : 'train';
}

async function writeShifted(file: string, pixels: Uint8Array, by: number): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true });
  const shifted = pixels.map((_, at) => pixels[at - (at % SIDE) + ((at + by) % SIDE)]);
  await sharp(shifted, { raw: { width: SIDE, height: SIDE, channels: 1 } })
    .png()
    .toFile(file);
}

async function trainedFor(updates: number, learningRate: number): Promise<string> {
  const classifier = {
    ...PRESET_SETTINGS.quick.classifier,
    width: 8,
    batchSize: 32,
    learningRate,
    duration: { updates },
  };
  const change = { ...TINY_SETTINGS, method: 'baseline', count: 0, seed: SEED, classifier } as const;
  return (await tinyRun(dataset, path.join(folder, 'runs'), change)).folder;
}

async function measure(run: string) {
  const { report } = await measureRelevance({
    run,
    split: 'val',
    saliency: { ...DEFAULT_SALIENCY, layer: 'layer3' },
    adversarial: DEFAULT_ADVERSARIAL,
  });
  const { saliency, masked, maskArea, massInOtherMasks } = report;
  const { relevanceMass, relevanceRank, road } = saliency;
  assert.ok(relevanceMass && relevanceRank && road && maskArea && massInOtherMasks);
  // Normal phantoms have empty masks.
  assert.equal(masked, 0.2 * IMAGES_PER_CLASS);
  assert.equal(relevanceMass.images, masked);
  assert.ok(maskArea > 0.04 && maskArea < 0.1, `masks mark ${maskArea} of the images`);
  return { relevanceMass, relevanceRank, road, maskArea, massInOtherMasks };
}

test('a trained classifier puts its relevance into the lesions, and one that has learned nothing does not', async () => {
  await drawPhantoms();
  const trained = await measure(await trainedFor(250, 0.003));
  const untrained = await measure(await trainedFor(1, 1e-9));
  const told = JSON.stringify({ trained, untrained });

  // More than its share of the area, and more than a place in the image explains that lesions often have.
  assert.ok(trained.relevanceMass.low > 2 * trained.maskArea, told);
  assert.ok(trained.relevanceMass.low > 1.4 * trained.massInOtherMasks, told);
  assert.ok(trained.relevanceRank.low > 2 * trained.maskArea, told);
  assert.ok(trained.road.low > 0.03, told);

  assert.ok(untrained.relevanceMass.high < 1.5 * untrained.massInOtherMasks, told);
  assert.ok(trained.relevanceMass.low > untrained.relevanceMass.high, told);
});
