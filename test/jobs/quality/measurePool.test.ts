import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { gatherRows, selectImages } from '../../../src/data/batch.ts';
import type { Dataset, LabelledImages, SplitName } from '../../../src/data/dataset.ts';
import { openDataset } from '../../../src/data/openDataset.ts';
import type { SyntheticImages } from '../../../src/data/trainingSet.ts';
import { integers, randomKey } from '../../../src/engine/random.ts';
import { measurePool, type PoolQualityRequest } from '../../../src/jobs/quality/measurePool.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';
import { qualityReportSchema, type QualityReport } from '../../../src/protocol/quality.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { writeTinyDataset, type TinyDataset } from '../../support/tinyRun.ts';

const folder = temporaryFolder();
const COUNTS = [80, 30, 30] as const;

function openTiny(name: string, choices: TinyDataset = {}): Promise<Dataset> {
  const file = writeTinyDataset(path.join(folder, `${name}.npz`), { counts: COUNTS, ...choices });
  return openDataset(file, { seed: 0 });
}

async function measure(
  dataset: Dataset,
  images: SyntheticImages,
  rest: Partial<PoolQualityRequest> = {},
): Promise<QualityReport> {
  const job = measurePool({ path: '/data/pool', images, dataset, threads: 1, ...rest });
  for (;;) {
    const next = await job.next();
    if (next.done) return next.value;
  }
}

type Pixels = Pick<SyntheticImages, 'count' | 'pixels' | 'maxValue' | 'labels'>;

function poolOf(
  dataset: Dataset,
  { count, pixels, maxValue, labels }: Pixels,
  parents?: readonly (number | undefined)[],
): SyntheticImages {
  return {
    kind: 'synthetic',
    count,
    pixels,
    maxValue,
    labels,
    origins: Array.from({ length: count }, (_, index) => `image ${index}`),
    ...(parents && { parents }),
    task: dataset.task,
  };
}

/** The first images of a split, as somebody might smuggle them into a pool. */
function firstOf(images: LabelledImages<SplitName>, count: number): Pixels {
  return selectImages(
    images,
    Array.from({ length: count }, (_, index) => index),
  );
}

/** Images of noise over all greys, which resemble no image of a tiny dataset. */
function noise(dataset: Dataset, count: number, seed = 9): Pixels {
  const size = dataset.channels * dataset.imageSize ** 2;
  return {
    count,
    pixels: Uint8Array.from(integers(randomKey(seed), count * size, 256)),
    maxValue: 255,
    labels: Int32Array.from({ length: count }, (_, index) => index % 2),
  };
}

function spaceOf(report: QualityReport, name: string): QualityReport['spaces'][number] {
  const found = report.spaces.find((space) => space.name === name);
  assert.ok(found);
  return found;
}

const dataset = await openTiny('two');

describe('copying', () => {
  for (const split of ['train', 'val', 'test'] as const) {
    test(`finds exact copies of ${split} images and says so`, async () => {
      const [copies, others] = [firstOf(dataset[split], 3), noise(dataset, 20)];
      const pixels = Uint8Array.from([...copies.pixels, ...others.pixels]);
      const labels = Int32Array.from([...copies.labels, ...others.labels]);
      const report = await measure(dataset, poolOf(dataset, { count: 23, pixels, labels, maxValue: 255 }));
      for (const { copies: found } of report.spaces) {
        assert.equal(found[split].exact, 3);
        assert.ok(found[split].near >= 3);
        for (const other of ['train', 'val', 'test'] as const) {
          if (other !== split) assert.equal(found[other].exact, 0);
        }
      }
      assert.equal(report.warnings.filter((warning) => /3 .*exact copies of/.test(warning)).length, 1);
    });
  }

  test('finds copies that are stored with 16 bits', async () => {
    const { count, pixels, labels } = firstOf(dataset.test, 4);
    const wide = Uint16Array.from(pixels, (value) => value * 257);
    const report = await measure(dataset, poolOf(dataset, { count, labels, pixels: wide, maxValue: 65535 }));
    assert.equal(spaceOf(report, 'pixels').copies.test.exact, 4);
  });

  test('finds images that differ by a grey as near, but not as exact', async () => {
    const { count, pixels, labels } = firstOf(dataset.val, 5);
    const changed = Uint8Array.from(pixels, (value, at) => (at % 3 === 0 ? value + 1 : value));
    const report = await measure(dataset, poolOf(dataset, { count, labels, pixels: changed, maxValue: 255 }));
    const { copies, authentic } = spaceOf(report, 'pixels');
    assert.deepEqual([copies.val.exact, copies.val.near], [0, 5]);
    assert.equal(copies.train.near, 0);
    assert.ok(authentic > 0);
  });

  test('finds nothing near in what resembles no image', async () => {
    const report = await measure(dataset, poolOf(dataset, noise(dataset, 30)));
    const { copies, authentic } = spaceOf(report, 'pixels');
    for (const { exact, near } of Object.values(copies)) assert.deepEqual([exact, near], [0, 0]);
    assert.equal(authentic, 1);
  });

  test('takes no copy of a training image for authentic', async () => {
    const report = await measure(dataset, poolOf(dataset, firstOf(dataset.train, 10)));
    for (const { authentic } of report.spaces) assert.equal(authentic, 0);
  });
});

describe('distributions', () => {
  test('of training images are as near as the floor, of noise farther than the lowest rung', async () => {
    const [real, other] = [
      await measure(dataset, poolOf(dataset, firstOf(dataset.train, 30))),
      await measure(dataset, poolOf(dataset, noise(dataset, 30))),
    ];
    for (const name of ['pixels', 'radiomics']) {
      const [near, far] = [spaceOf(real, name), spaceOf(other, name)];
      assert.ok(near.synthetic.frechet! < 1.5 * near.floor.frechet!, `${name}: near the floor`);
      assert.ok(far.synthetic.frechet! > far.ladder[0].distances.frechet!, `${name}: above the ladder`);
      assert.ok(far.synthetic.kernel!.mean > far.floor.kernel!.mean);
      assert.deepEqual([far.synthetic.precision, far.synthetic.coverage], [0, 0]);
    }
  });

  test('of more noise are farther', async () => {
    const report = await measure(dataset, poolOf(dataset, noise(dataset, 30)));
    const { floor, ladder } = spaceOf(report, 'pixels');
    const distances = [floor, ...ladder.map((rung) => rung.distances)].map(({ frechet }) => frechet!);
    assert.ok(distances[1] < distances[2] && distances[2] < distances[3], distances.join(' '));
    assert.deepEqual(
      ladder.map(({ sigma }) => sigma),
      [0.04, 0.12, 0.26],
    );
  });

  test('compare as many images of each set as the smallest has', async () => {
    const report = await measure(dataset, poolOf(dataset, noise(dataset, 12)));
    assert.equal(report.compared, 12);
    assert.equal(spaceOf(report, 'radiomics').synthetic.kernel?.subsetSize, 6);
    assert.equal((await measure(dataset, poolOf(dataset, noise(dataset, 200)))).compared, 30);
  });

  test('with fewer images than dimensions are said to be biased', async () => {
    const report = await measure(dataset, poolOf(dataset, noise(dataset, 30)));
    assert.ok(report.warnings.some((text) => text.includes('FD-radiomics') && text.includes('singular')));
    assert.ok(report.warnings.some((text) => text.startsWith('Only 30 images')));
  });

  test('are the same again with the same seed', async () => {
    const images = poolOf(dataset, noise(dataset, 20));
    const [first, second, other] = [
      await measure(dataset, images, { seed: 4 }),
      await measure(dataset, images, { seed: 4 }),
      await measure(dataset, images, { seed: 5 }),
    ];
    assert.deepEqual(second.spaces, first.spaces);
    assert.notDeepEqual(other.spaces, first.spaces);
  });
});

describe('parents', () => {
  test('are found too near where synthetic images are barely changed', async () => {
    const { count, pixels, labels } = firstOf(dataset.train, 6);
    const changed = Uint8Array.from(pixels, (value) => Math.min(255, value + 2));
    const images = poolOf(dataset, { count, labels, pixels: changed, maxValue: 255 }, [0, 1, 2, 3, 4, 5]);
    const { parents } = await measure(dataset, images);
    assert.ok(parents);
    assert.ok(Math.abs(parents.medianToParent - 2 / 255) < 1e-6, String(parents.medianToParent));
    assert.deepEqual([parents.known, parents.closerThanReal, parents.nearestIsParent], [6, 1, 1]);
    assert.ok(parents.medianParentToNearest > parents.medianToParent);
  });

  test('are neither near nor nearest where they have nothing in common', async () => {
    const parents = [0, 1, undefined, 3];
    const { parents: measured } = await measure(dataset, poolOf(dataset, noise(dataset, 4), parents));
    assert.ok(measured);
    assert.deepEqual([measured.known, measured.closerThanReal], [3, 0]);
    assert.ok(measured.nearestIsParent < 1);
  });

  test('that are unknown are left out, and such that are no training image refused', async () => {
    const images = noise(dataset, 4);
    const unknown = await measure(dataset, poolOf(dataset, images, [undefined, undefined]));
    assert.equal(unknown.parents, undefined);
    await assert.rejects(
      measure(dataset, poolOf(dataset, images, [80])),
      (error) => error instanceof TsyndError && error.code === 'run/corrupt',
    );
  });
});

describe('all kinds of pools', () => {
  test('multi-label and colour images are measured', async () => {
    for (const choices of [{ task: 'multi-label' }, { task: 'multi-class', channels: 3 }] as const) {
      const other = await openTiny(choices.task, choices);
      const report = await measure(other, poolOf(other, firstOf(other.val, 10)));
      assert.deepEqual(qualityReportSchema.parse(report), report);
      assert.equal(spaceOf(report, 'pixels').copies.val.exact, 10);
    }
  });

  test('a pool of one image, or of equal and constant ones, gives numbers', async () => {
    const black = { pixels: new Uint8Array(64 * 8), count: 8, labels: new Int32Array(8), maxValue: 255 };
    for (const images of [noise(dataset, 1), black]) {
      const report = await measure(dataset, poolOf(dataset, images));
      assert.deepEqual(qualityReportSchema.parse(report), report);
    }
    const one = spaceOf(await measure(dataset, poolOf(dataset, noise(dataset, 1))), 'pixels');
    assert.deepEqual([one.synthetic.frechet, one.synthetic.kernel, one.neighbours], [null, null, 0]);
    const report = await measure(dataset, poolOf(dataset, black));
    // All neighbours coincide: their balls are empty.
    assert.equal(spaceOf(report, 'radiomics').synthetic.recall, 0);
  });

  test('a dataset of one constant picture does not divide by zero', async () => {
    const flat = (images: Dataset[SplitName]) => ({ ...images, pixels: images.pixels.map(() => 7) });
    const constant = {
      ...dataset,
      train: flat(dataset.train) as Dataset['train'],
      val: flat(dataset.val) as Dataset['val'],
      test: flat(dataset.test) as Dataset['test'],
    };
    const same = await measure(constant, poolOf(constant, firstOf(constant.val, 9)));
    for (const { synthetic, copies } of same.spaces) {
      assert.equal(synthetic.frechet, 0);
      assert.equal(copies.train.exact, 9);
    }
    const other = await measure(constant, poolOf(constant, noise(constant, 9)));
    assert.ok(spaceOf(other, 'radiomics').synthetic.frechet! > 0);
  });

  test('a single training image is refused', async () => {
    const tiny = { ...dataset, train: selectImages(dataset.train, [0]) };
    await assert.rejects(
      measure(tiny, poolOf(tiny, noise(tiny, 4))),
      (error) => error instanceof TsyndError && error.code === 'dataset/too-small',
    );
  });

  test('measuring can be cancelled', async () => {
    const signal = AbortSignal.abort();
    await assert.rejects(
      measure(dataset, poolOf(dataset, noise(dataset, 4)), { signal }),
      (error) => error instanceof TsyndError && error.code === 'cancelled',
    );
  });

  test('order of the pool changes no copies', async () => {
    const images = firstOf(dataset.test, 9);
    const order = [8, 2, 5, 0, 1, 7, 3, 6, 4];
    const turned = {
      ...images,
      pixels: gatherRows(images.pixels, 64, order),
      labels: gatherRows(images.labels, 1, order),
    };
    const [first, second] = [
      await measure(dataset, poolOf(dataset, images)),
      await measure(dataset, poolOf(dataset, turned)),
    ];
    assert.deepEqual(
      second.spaces.map(({ copies, authentic }) => ({ copies, authentic })),
      first.spaces.map(({ copies, authentic }) => ({ copies, authentic })),
    );
  });
});
