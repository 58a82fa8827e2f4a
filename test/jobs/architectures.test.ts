import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { decodeSafetensors } from '../../src/data/safetensors.ts';
import { Explainer } from '../../src/jobs/explain/explainer.ts';
import { verifyRun } from '../../src/jobs/verifyRun.ts';
import { DEFAULT_SALIENCY, type MapBatch } from '../../src/protocol/explanations.ts';
import { runPaths } from '../../src/runs/runFolder.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { tinyRun, TINY_SETTINGS, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
// Two batches of one size, so that few programs are compiled.
const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'), { counts: [32, 8, 8] });
const AREA = 64;

for (const { architecture, head, layer, method } of [
  { architecture: 'resnet18', head: 'simple', layer: 'layer4', method: 'mi' },
  { architecture: 'densenet121', head: 'default', layer: 'norm5', method: 'baseline' },
  { architecture: 'deit-tiny-distilled', head: 'complex', layer: 'blocks.11.norm1', method: 'mi' },
] as const) {
  test(`${architecture} with the head ${head} is trained by the method ${method}, stored and explained`, async () => {
    const { folder: run } = await tinyRun(dataset, path.join(folder, 'runs'), {
      method,
      count: method === 'mi' ? 4 : 0,
      classifier: { ...TINY_SETTINGS.classifier, architecture, head, duration: { epochs: 1 } },
      generation: { ...TINY_SETTINGS.generation, steps: 1 },
    });
    const { classifier } = runPaths(run);
    const { metadata } = decodeSafetensors(readFileSync(classifier), classifier);
    assert.deepEqual(JSON.parse(metadata.config ?? ''), {
      ...{ architecture, head, width: 4 },
      ...{ imageSize: 8, inChannels: 1, numClasses: 2 },
    });
    if (method === 'mi') assert.deepEqual((await verifyRun(run)).different, []);

    const explainer = new Explainer();
    const maps = (name: string): Promise<MapBatch> =>
      explainer.maps({
        run,
        images: [{ kind: 'dataset', run, split: 'val', index: 0 }],
        request: { kind: 'saliency', choices: { ...DEFAULT_SALIENCY, layer: name } },
      });
    try {
      const usual = await maps(DEFAULT_SALIENCY.layer);
      assert.equal(usual.values.length, AREA);
      assert.deepEqual(await maps(layer), usual);
    } finally {
      await explainer.dispose();
    }
  });
}
