import { generate } from '/work/main/src/jobs/generate.ts';
import { writeSampleDataset } from '/work/main/src/data/sampleDataset.ts';
import { measureRelevance } from '/work/main/src/jobs/relevance/measureRelevance.ts';
import { PRESET_SETTINGS } from '/work/main/src/protocol/settings.ts';
import { DEFAULT_ADVERSARIAL, DEFAULT_SALIENCY } from '/work/main/src/protocol/explanations.ts';
import { existsSync } from 'node:fs';
const [n, epochs, width, seed] = process.argv.slice(2).map(Number);
const ds = `/tmp/h1/ph-${n}-${seed}`;
if (!existsSync(ds)) await writeSampleDataset(ds, { classes: 2, imagesPerClass: n, seed });
const t0 = performance.now();
const settings = { preset: 'quick', method: 'baseline', count: 0, seed, fraction: 1, skipUnreadable: false, autoencoder: PRESET_SETTINGS.quick.autoencoder, classifier: { ...PRESET_SETTINGS.quick.classifier, width, duration: { epochs } }, generation: PRESET_SETTINGS.quick.generation } as const;
const job = generate({ datasetPath: ds, settings, device: 'cpu', threads: 1, out: '/tmp/h1/out' });
let next = await job.next(); while (!next.done) next = await job.next();
const t1 = performance.now();
for (const layer of ['layer3', 'layer4'])
for (const method of ['eigengradcam', 'gradcam'] as const) {
  const { report: r } = await measureRelevance({ run: next.value.folder, split: 'train', limit: 64, saliency: { ...DEFAULT_SALIENCY, method, layer }, adversarial: { ...DEFAULT_ADVERSARIAL, steps: 1 } });
  const m = r.saliency.relevanceMass!;
  console.log(n, epochs, width, seed, layer, method, 'train s', ((t1 - t0) / 1000).toFixed(1), 'auroc', next.value.valAuroc?.toFixed(3), 'area', r.maskArea?.toFixed(4), 'mass', m.mean.toFixed(4), m.low.toFixed(4), m.high.toFixed(4), 'road', r.saliency.road?.mean.toFixed(3), 'rank', r.saliency.relevanceRank?.mean.toFixed(3));
}
