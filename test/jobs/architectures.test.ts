import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { decodeSafetensors } from '../../src/data/safetensors.ts';
import { Explainer } from '../../src/jobs/explain/explainer.ts';
import { verifyRun } from '../../src/jobs/verifyRun.ts';
import { DEFAULT_SALIENCY } from '../../src/protocol/explanations.ts';
import { runPaths } from '../../src/runs/runFolder.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { tinyRun, TINY_SETTINGS, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'));
const AREA = 64;

for (const [architecture, head, layer] of [
  ['resnet18', 'simple', 'layer4'],
  ['densenet121', 'default', 'norm5'],
  ['deit-tiny', 'complex', 'blocks.11.norm1'],
  ['deit-small-distilled', 'simple', 'blocks.11.norm1'],
] as const) {
  test(`${architecture} with the head ${head} is trained with mutual information, verified and explained`, async () => {
    const { folder: run, samples } = await tinyRun(dataset, path.join(folder, 'runs'), {
      count: 4,
      classifier: { ...TINY_SETTINGS.classifier, architecture, head, width: 4, duration: { epochs: 1 } },
    });
    assert.equal(samples, 4);
    const { classifier } = runPaths(run);
    const { metadata } = decodeSafetensors(readFileSync(classifier), classifier);
    assert.deepEqual(JSON.parse(metadata.config ?? ''), {
      ...{ architecture, head, width: 4 },
      ...{ imageSize: 8, inChannels: 1, numClasses: 2 },
    });
    const { different } = await verifyRun(run);
    assert.deepEqual(different, []);

    const explainer = new Explainer();
    try {
      const image = { kind: 'dataset', run, split: 'val', index: 0 } as const;
      const maps = async (name: string) => {
        const choices = { ...DEFAULT_SALIENCY, layer: name };
        return explainer.maps({ run, images: [image], request: { kind: 'saliency', choices } });
      };
      const usual = await maps(DEFAULT_SALIENCY.layer);
      assert.equal(usual.values.length, AREA);
      assert.deepEqual(await maps(layer), usual);
    } finally {
      await explainer.dispose();
    }
  });
}
