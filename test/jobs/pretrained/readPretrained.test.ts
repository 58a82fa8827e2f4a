import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

import { encodeSafetensors, readSafetensors } from '../../../src/data/safetensors.ts';
import { ReferenceDevice } from '../../../src/engine/devices/referenceDevice.ts';
import { floatTensor, intTensor, type HostTensor } from '../../../src/engine/tensor.ts';
import { adaptInputChannels } from '../../../src/jobs/pretrained/adaptInputChannels.ts';
import { hashPretrained, readPretrained } from '../../../src/jobs/pretrained/readPretrained.ts';
import { classifierFeatures, classifierHead, type ClassifierConfig } from '../../../src/models/classifier.ts';
import { ModelScope } from '../../../src/nn/modelScope.ts';
import type { ModelState } from '../../../src/nn/modelState.ts';
import { assertFails } from '../../data/helpers.ts';
import { assertElementsClose } from '../../support/closeness.ts';
import { loadPretrained, pretrainedFile, toFloat64 } from '../../support/fixtures.ts';
import { runOnce } from '../../support/runGraph.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { stoppedRun, tinyRun, TINY_SETTINGS, writeTinyDataset } from '../../support/tinyRun.ts';

const folder = temporaryFolder();
const fixture = await loadPretrained();
const { numClasses, imageSize, networks } = fixture.description;
type NetworkName = keyof typeof networks;
const NAMES = Object.keys(networks) as NetworkName[];

function configOf(architecture: NetworkName, change: Partial<ClassifierConfig> = {}): ClassifierConfig {
  const { width } = networks[architecture];
  return { architecture, head: 'default', width, imageSize, inChannels: 3, numClasses, ...change };
}

async function sourceOf(file: string): Promise<{ path: string; sha256: string }> {
  return { path: file, sha256: await hashPretrained(file) };
}

async function logitsOf(
  state: ModelState,
  images: HostTensor,
  config: ClassifierConfig,
): Promise<HostTensor> {
  const weights = [...state].map(([name, tensor]) => [name, toFloat64(tensor)] as const);
  const { logits } = await runOnce(
    new ReferenceDevice(),
    (graph) => {
      const scope = new ModelScope(graph, 'inference');
      const { pooled } = classifierFeatures(scope, graph.input('images', images.shape), config);
      return { logits: classifierHead(scope, pooled, config) };
    },
    { ...Object.fromEntries(weights), images: toFloat64(images) },
  );
  return logits;
}

/** The tensors of a published file, changed and written anew. */
async function changedFile(
  name: string,
  change: (tensors: Map<string, HostTensor>) => Map<string, HostTensor>,
): Promise<string> {
  const { tensors } = await readSafetensors(pretrainedFile('resnet18'));
  const file = path.join(folder, `${name}.safetensors`);
  writeFileSync(file, encodeSafetensors(change(new Map(tensors))));
  return file;
}

const unprefixed = (tensors: ReadonlyMap<string, HostTensor>): Map<string, HostTensor> =>
  new Map([...tensors].map(([name, tensor]) => [name.replace(/^module\./, ''), tensor]));

for (const name of NAMES) {
  describe(`a published ${name}`, () => {
    test('answers as it does in PyTorch', async () => {
      const config = configOf(name);
      const { state, drawnAnew, notes } = await readPretrained(await sourceOf(pretrainedFile(name)), config);
      assert.deepEqual([drawnAnew, notes], [[], []]);
      const logits = await logitsOf(state, fixture.tensor('images'), config);
      assertElementsClose(logits, fixture.tensor(`${name}/logits`), 1e-8, 'logits');
    });

    test('answers to grey images as it would to the same in all channels, and says so', async () => {
      const config = configOf(name, { inChannels: 1 });
      const { state, notes } = await readPretrained(await sourceOf(pretrainedFile(name)), config);
      const logits = await logitsOf(state, fixture.tensor('grey'), config);
      // The summed filters are rounded to single precision.
      assertElementsClose(logits, fixture.tensor(`${name}/greyLogits`), 1e-5, 'logits');
      assert.match(
        notes.join(),
        /^Filters for colour images were summed for grey ones \((conv1|patch_embed\.proj)/,
      );
    });

    test('for other classes leaves its head to be drawn', async () => {
      const config = configOf(name, { numClasses: 2 });
      const { state, drawnAnew, notes } = await readPretrained(await sourceOf(pretrainedFile(name)), config);
      const head = name === 'resnet18' ? 'fc' : 'head';
      assert.deepEqual(drawnAnew, [`${head}.weight`, `${head}.bias`]);
      assert.ok(!state.has(`${head}.weight`) && state.size > 50);
      assert.match(notes.join(), new RegExp(`head \\(${head}\\) is drawn anew`));
    });
  });
}

describe('weights that do not fit', () => {
  const cases: [string, NetworkName, Partial<ClassifierConfig>, RegExp, RegExp][] = [
    [
      'a deeper network',
      'resnet18',
      { architecture: 'resnet50' },
      /'layer1\.0\.conv1\.weight' is \[2, 2, 3, 3\]/,
      /architecture/,
    ],
    [
      'another kind of network',
      'resnet18',
      { architecture: 'densenet121' },
      /lacks 'features\.conv0\.weight'/,
      /architecture/,
    ],
    [
      'a distilled one',
      'deit-tiny',
      { architecture: 'deit-tiny-distilled' },
      /lacks 'dist_token'/,
      /architecture/,
    ],
    [
      'another width',
      'resnet18',
      { width: 4 },
      /'conv1\.weight' is \[2, 3, 3, 3\].*\[4, 3, 3, 3\]/,
      /preset 'paper'/,
    ],
    [
      'the stem of large images',
      'resnet18',
      { imageSize: 224 },
      /'conv1\.weight'.*at 224 px/,
      /small images.*--image-size/,
    ],
    [
      'patches of large images',
      'deit-tiny',
      { imageSize: 224 },
      /'(pos_embed|patch_embed\.proj\.weight)'/,
      /image size/,
    ],
    ['another number of patches', 'deit-tiny', { imageSize: 32 }, /'pos_embed'/, /image size/],
  ];
  for (const [what, name, change, message, remedy] of cases) {
    test(`are refused for ${what}, by the first tensor`, async () => {
      const source = await sourceOf(pretrainedFile(name));
      await assertFails(
        () => readPretrained(source, configOf(name, change)),
        'settings/invalid',
        message,
        remedy,
      );
    });
  }

  test('are refused where they have more layers than the network', async () => {
    const file = await changedFile('deeper', (tensors) =>
      tensors.set('module.layer3.2.conv1.weight', floatTensor([8, 8, 3, 3], 0)),
    );
    await assertFails(
      async () => readPretrained(await sourceOf(file), configOf('resnet18')),
      'settings/invalid',
      /'layer3\.2\.conv1\.weight' is no part of resnet18/,
    );
  });

  test('are refused where they hold whole numbers', async () => {
    const file = await changedFile('whole', (tensors) =>
      tensors.set('module.bn1.weight', intTensor([2], [1, 1])),
    );
    await assertFails(
      async () => readPretrained(await sourceOf(file), configOf('resnet18')),
      'settings/invalid',
      /'bn1\.weight' .* holds no floats/,
    );
  });

  test('are refused when they have changed since the run was started', async () => {
    const source = { path: pretrainedFile('resnet18'), sha256: 'a'.repeat(64) };
    await assertFails(() => readPretrained(source, configOf('resnet18')), 'run/settings-differ', /changed/);
  });

  test('and other kinds of files, are refused before they are read', async () => {
    const file = path.join(folder, 'weights.pth');
    writeFileSync(file, 'PK');
    await assertFails(() => hashPretrained(file), 'settings/invalid', /neither/, /safetensors/);
    await assertFails(
      () => hashPretrained(path.join(folder, 'gone.safetensors')),
      'run/not-found',
      /no file/,
    );
  });
});

test('weights of ImageNet ask for its image size', async () => {
  const file = await changedFile('large', (tensors) =>
    tensors.set('module.conv1.weight', floatTensor([2, 3, 7, 7], 0)),
  );
  const source = await sourceOf(file);
  await assertFails(
    () => readPretrained(source, configOf('resnet18')),
    'settings/invalid',
    /'conv1\.weight' is \[2, 3, 7, 7\], and that of resnet18 at 28 px \[2, 3, 3, 3\]/,
    /--image-size 224/,
  );
  assert.deepEqual((await readPretrained(source, configOf('resnet18', { imageSize: 224 }))).drawnAnew, []);
});

test("MedMNIST's names are known, and an earlier prefix is no matter", async () => {
  const file = await changedFile(
    'medmnist',
    (tensors) =>
      new Map(
        [...unprefixed(tensors)].map(([name, tensor]) => [
          name.replace(/^fc\./, 'linear.').replace('.downsample.', '.shortcut.'),
          tensor,
        ]),
      ),
  );
  const config = configOf('resnet18');
  const { state, drawnAnew } = await readPretrained(await sourceOf(file), config);
  assert.deepEqual(drawnAnew, []);
  const logits = await logitsOf(state, fixture.tensor('images'), config);
  assertElementsClose(logits, fixture.tensor('resnet18/logits'), 1e-8, 'logits');
});

test('of a head with hidden layers, only the layers that differ are drawn', async () => {
  const datasetPath = writeTinyDataset(path.join(folder, 'hidden.npz'));
  const classifier = { ...TINY_SETTINGS.classifier, head: 'simple' } as const;
  const { folder: run } = await tinyRun(datasetPath, folder, { method: 'baseline', count: 0, classifier });
  const config = { ...configOf('resnet18'), head: 'simple', width: 4, imageSize: 8, inChannels: 1 } as const;
  const { drawnAnew } = await readPretrained(await sourceOf(run), { ...config, numClasses: 4 });
  assert.deepEqual(drawnAnew, ['fc.3.weight', 'fc.3.bias']);
  assert.deepEqual((await readPretrained(await sourceOf(run), { ...config, numClasses: 2 })).drawnAnew, []);
});

test("a run's folder without a classifier says what to do", async () => {
  const datasetPath = writeTinyDataset(path.join(folder, 'stopped.npz'));
  const run = await stoppedRun(datasetPath, folder);
  await assertFails(() => hashPretrained(run), 'run/incomplete', /no trained classifier/);
});

test('filters for grey images see a grey image in colour as before', () => {
  const grey = floatTensor([2, 1, 1, 2], [3, 6, 9, 12]);
  const { tensor, note } = adaptInputChannels(grey, [2, 3, 1, 2])!;
  assert.deepEqual([...tensor.data], [1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4]);
  assert.deepEqual([...adaptInputChannels(tensor, [2, 1, 1, 2])!.tensor.data], [...grey.data]);
  assert.match(note!, /spread/);
  assert.equal(adaptInputChannels(grey, [2, 2, 1, 2]), undefined);
});
