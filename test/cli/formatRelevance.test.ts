import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatRelevance } from '../../src/cli/formatRelevance.ts';
import { CHANGE_THRESHOLD, DEFAULT_ADVERSARIAL, DEFAULT_SALIENCY } from '../../src/protocol/explanations.ts';
import type { Estimate, RelevanceReport } from '../../src/protocol/relevance.ts';

const estimate = (mean: number, low: number, high: number, images = 40): Estimate => ({
  mean,
  low,
  high,
  images,
});

const report: RelevanceReport = {
  run: 'a-run',
  measuredAt: '2026-01-31T12:00:00.000Z',
  split: 'val',
  images: 40,
  masked: 30,
  maskArea: 0.06,
  massInOtherMasks: 0.1,
  classifierSha256: 'a'.repeat(64),
  datasetSha256: 'b'.repeat(64),
  autoencoder: { run: 'b-run', sha256: 'c'.repeat(64) },
  seed: 3,
  bootstrapSamples: 2000,
  saliencyChoices: DEFAULT_SALIENCY,
  adversarialChoices: { ...DEFAULT_ADVERSARIAL, steps: 50, learningRate: 0.01 },
  saliency: { insertion: estimate(0.85, 0.8, 0.9), relevanceMass: estimate(0.15, 0.12, 0.18, 30) },
  adversarial: {
    flipped: estimate(0.9, 0.8, 1),
    steps: estimate(6.5, 5, 8, 34),
    area: estimate(-0.0001, -0.01, 0.01, 34),
  },
};

/** Lines without their alignment. */
const textOf = (...args: Parameters<typeof formatRelevance>): string[] =>
  formatRelevance(...args).map((line) => line.trim().replaceAll(/ {2,}/g, ' | '));

test('one run: scores with intervals and numbers of images, and what they depend on', () => {
  assert.deepEqual(textOf({ report }), [
    'a-run on 40 val images, 30 with a mask',
    'Saliency: eigengradcam, evidence sign, layer4, predicted class',
    'mean | n',
    'insertion AUC (more is better) | 0.850 | [0.800, 0.900] | 40',
    'relevance mass in the mask (more is better) | 0.150 | [0.120, 0.180] | 30',
    'Relevance mass of a map that says nothing: 0.060; of these maps in the masks of other images: 0.100',
    'Adversarial changes: at most 50 steps of 0.01 in the latents of b-run, predicted class; ' +
      '2 reconstructions were predicted otherwise already, and have no size',
    'mean | n',
    'share whose class was given up | 0.900 | [0.800, 1.000] | 40',
    'steps until then | 6.500 | [5.000, 8.000] | 34',
    `share of pixels changed by ${CHANGE_THRESHOLD} or more | 0.000 | [-0.010, 0.010] | 34`,
    'In brackets 95 % bootstrap intervals over the images (2000 resamples, seed 3), n: images with that score. ' +
      'They tell nothing about other trainings of the same settings.',
  ]);
});

test('two runs: a difference is only told where its interval leaves zero out and the images are enough', () => {
  const second = { ...report, run: 'c-run', massInOtherMasks: 0.12 };
  const comparison = {
    first: report,
    second,
    saliency: {
      insertion: estimate(0.05, -0.01, 0.11),
      relevanceMass: estimate(-0.05, -0.08, -0.02, 30),
    },
    adversarial: { flipped: estimate(0.1, 0.05, 0.2), steps: estimate(3, 2, 4, 9) },
  };
  const lines = textOf({ report, comparison });
  assert.equal(lines[0], 'a-run (A) and c-run (B) on 40 val images, 30 with a mask');
  const verdictOf = (name: string) =>
    lines
      .find((line) => line.startsWith(name))
      ?.split(' | ')
      .at(-1);
  assert.equal(verdictOf('insertion'), 'no difference that these images show');
  assert.equal(verdictOf('relevance mass'), 'lower in B');
  assert.equal(verdictOf('share whose'), 'higher in B');
  assert.equal(verdictOf('steps'), 'too few images to tell');
  assert.equal(verdictOf('share of pixels'), 'too few images to tell');
  assert.ok(lines.some((line) => line.endsWith('in the masks of other images: 0.100 and 0.120')));
  assert.match(lines.at(-1) ?? '', /Of twenty differences that are none, one is shown by chance\.$/);
});

test('without masks, without an autoencoder, and on test images it says so', () => {
  const { maskArea, massInOtherMasks, autoencoder, ...rest } = report;
  const lines = textOf({
    report: {
      ...rest,
      split: 'test',
      masked: 0,
      saliency: { insertion: estimate(0.8, 0.7, 0.9) },
      adversarial: {},
    },
  });
  assert.equal(lines[0], 'a-run on 40 test images, none with a mask');
  assert.ok(!lines.some((line) => line.startsWith('Relevance mass')));
  assert.ok(
    lines.includes('Adversarial changes: not measured, as no run of these images has an autoencoder.'),
  );
  assert.match(lines.at(-1) ?? '', /Test images must not guide any choice\.$/);
});
