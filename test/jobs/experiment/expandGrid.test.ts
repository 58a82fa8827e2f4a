import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experimentConditions } from '../../../src/jobs/experiment/experimentConditions.ts';
import { expandGrid, type GridCell, type GridFacts } from '../../../src/jobs/experiment/expandGrid.ts';
import { parseExperiment } from '../../../src/jobs/experiment/parseExperiment.ts';
import { resolveArms } from '../../../src/jobs/experiment/resolveArms.ts';
import { secondsLeft } from '../../../src/jobs/experiment/secondsLeft.ts';
import { experimentFileSchema } from '../../../src/protocol/experiment.ts';
import { PRESET_SETTINGS } from '../../../src/protocol/settings.ts';

const SHA = 'a'.repeat(64);
const FACTS: GridFacts = {
  dataset: { name: 'Breast MNIST', sha256: SHA, splitsAreDrawn: false },
  subsetCount: ({ fraction }) => Math.round(fraction * 100),
  pretrained: (path) => ({ path: `/weights/${path}`, sha256: SHA }),
  pool: (name) => ({ path: `/pools/${name}`, samples: 'all', sha256: SHA }),
};

function expand(rest: string, facts: GridFacts = FACTS): GridCell[] {
  const parsed = parseExperiment(`title: t\ndatasets: [a]\npreset: paper\n${rest}`, 'grid.yaml');
  return expandGrid(parsed.file, resolveArms(parsed), facts);
}

test('there is a cell for each fraction, architecture, seed and arm, seeds before arms', () => {
  const cells = expand(
    'fractions: [0.01, 0.1]\narchitectures: [resnet18, deit-tiny]\nseeds: [3, 4]\narms: [baseline, mi]\n',
  );
  assert.equal(cells.length, 16);
  assert.equal(new Set(cells.map(({ id }) => id)).size, 16);
  assert.deepEqual(
    cells.slice(0, 5).map(({ fraction, architecture, seed, arm }) => [fraction, architecture, seed, arm]),
    [
      [0.01, 'resnet18', 3, 'baseline'],
      [0.01, 'resnet18', 3, 'mi'],
      [0.01, 'resnet18', 4, 'baseline'],
      [0.01, 'resnet18', 4, 'mi'],
      [0.01, 'deit-tiny', 3, 'baseline'],
    ],
  );
  assert.match(cells[0].id, /^Breast-MNIST-1pct-resnet18-baseline-seed3-[0-9a-f]{8}$/);
  const { settings } = cells[1];
  assert.deepEqual([settings.method, settings.seed, settings.fraction], ['mi', 3, 0.01]);
  assert.equal(settings.splitSeed, undefined);
});

test('an arm changes what the file changes of the preset, and nothing else', () => {
  const [plain, changed] = expand(
    `seeds: [0]
autoencoder: { data: subset }
classifier: { recipe: deit, head: simple, validation: fraction, width: 8 }
generation: { fgsmStep: 0.7, pixel: { steps: 3, learningRate: 2, gamma: 0 } }
arms:
  - baseline
  - { name: b, classifier: { width: 16 }, generation: { steps: 3 }, autoencoder: { codes: 9 } }
`,
  );
  const { autoencoder, classifier, generation } = PRESET_SETTINGS.paper;
  assert.deepEqual(plain.settings.classifier, {
    ...classifier,
    recipe: 'deit',
    head: 'simple',
    validation: 'fraction',
    width: 8,
  });
  assert.deepEqual(changed.settings.classifier, { ...plain.settings.classifier, width: 16 });
  assert.deepEqual(changed.settings.autoencoder, { ...autoencoder, data: 'subset', codes: 9 });
  const pixel = { steps: 3, learningRate: 2, gamma: 0 };
  assert.deepEqual(changed.settings.generation, { ...generation, fgsmStep: 0.7, pixel, steps: 3 });
});

test('overrides bring no values of their own', () => {
  const { autoencoder, classifier, generation } = experimentFileSchema.parse({
    title: 't',
    datasets: ['a'],
    seeds: [0],
    preset: 'quick',
    autoencoder: {},
    classifier: {},
    generation: {},
    arms: ['mi'],
  });
  assert.deepEqual(
    { autoencoder, classifier, generation },
    { autoencoder: {}, classifier: {}, generation: {} },
  );
});

test('a change of a setting, or of the data, gives another cell, and only there', () => {
  const ids = (rest: string, facts?: GridFacts): string[] => expand(rest, facts).map(({ id }) => id);
  const base = 'seeds: [0]\narms:\n  - baseline\n  - { method: mi }\n';
  const [first, second] = ids(base);
  assert.deepEqual(
    ids('seeds: [0, 1]\narms: [mi, baseline]\n').slice(0, 2),
    [second, first],
    'a larger grid',
  );
  const [same, other] = ids(base.replace('method: mi', 'method: mi, generation: { steps: 3 }'));
  assert.equal(same, first);
  assert.notEqual(other, second);
  const elsewhere = { ...FACTS, dataset: { ...FACTS.dataset, sha256: 'b'.repeat(64) } };
  assert.notEqual(ids(base, elsewhere)[0], first);
});

test('where a pool lies does not matter, what is in it does', () => {
  const rest = 'seeds: [0]\npools: { p: { path: x } }\narms: [{ name: a, mix: synthetic, pool: p }]\n';
  const pool = { path: '/pools/p', samples: 'all' as const, sha256: SHA };
  const idWith = (change: Partial<typeof pool>): string =>
    expand(rest, { ...FACTS, pool: () => ({ ...pool, ...change }) })[0].id;
  assert.equal(idWith({ path: '/elsewhere' }), idWith({}));
  assert.notEqual(idWith({ sha256: 'c'.repeat(64) }), idWith({}));
});

test('cells of one seed and fraction share a pool, and a judge of another seed on the same images', () => {
  const cells = expand(
    `seeds: [5, 6]
fractions: [0.1]
architectures: [resnet18, resnet50]
classifier: { width: 8 }
pools: { p: { generate: { method: mi, ratio: 1.5, classifier: { architecture: densenet121 } } } }
arms:
  - { name: a, mix: synthetic, pool: p, filter: { kind: selective } }
  - { name: b, mix: real-and-synthetic, pool: p, ratio: 1, filter: { kind: uncertain-band, low: 0.1, high: 0.9 } }
`,
  );
  const runsOf = ({ training }: GridCell) => [training!.pool, training!.filter!.judge];
  const ids = (cell: GridCell): string[] => runsOf(cell).flatMap((run) => ('id' in run ? run.id : []));
  const first = cells.filter(({ seed }) => seed === 5);
  assert.equal(first.length, 4);
  for (const cell of first) assert.deepEqual(ids(cell), ids(first[0]));
  assert.notDeepEqual(ids(cells.find(({ seed }) => seed === 6)!), ids(first[0]));
  const [pool, judge] = runsOf(first[0]);
  assert.ok('settings' in pool && 'settings' in judge);
  const { classifier, count, method, seed } = pool.settings;
  assert.deepEqual([classifier.architecture, classifier.width, method, seed], ['densenet121', 8, 'mi', 5]);
  assert.equal(count, 20, 'whole passes over 10 images');
  assert.equal(judge.settings.method, 'baseline');
  assert.equal(judge.settings.subsetSeed, 5);
  assert.notEqual(judge.settings.seed, 5);
});

test('weights may be named for each architecture', () => {
  const [resnet, deit] = expand(
    'seeds: [0]\narchitectures: [resnet18, deit-tiny]\nclassifier: { pretrained: { resnet18: r } }\narms: [baseline]\n',
  );
  assert.deepEqual(resnet.settings.classifier.pretrained, { path: '/weights/r', sha256: SHA });
  assert.equal(deit.settings.classifier.pretrained, undefined);
});

test('drawn splits are the same for all seeds', () => {
  const drawn = { ...FACTS, dataset: { ...FACTS.dataset, splitsAreDrawn: true } };
  const cells = expand('seeds: [1, 2]\nsplitSeed: 7\nsubsetSeed: 8\narms: [baseline]\n', drawn);
  assert.deepEqual(
    cells.map(({ settings: { seed, splitSeed, subsetSeed } }) => [seed, splitSeed, subsetSeed]),
    [
      [1, 7, 8],
      [2, 7, 8],
    ],
  );
});

test('conditions are each there once, with those of the headline', () => {
  const evaluation = experimentFileSchema.shape.evaluation.parse({
    noise: [0.3, 0.1, 0],
    fgsm: [8, 2],
    pgd: [8],
  });
  const { conditions, headline } = experimentConditions({ evaluation });
  const keys = conditions.map((condition) => ('sigma' in condition ? condition.sigma : condition.kind));
  assert.deepEqual(keys, ['clean', 0.1, 0.12, 0.3, 'fgsm', 'fgsm', 'pgd']);
  assert.deepEqual(headline, ['clean', 'noise-0.12', 'fgsm-0.031373', 'pgd-0.031373']);
  const none = { ...evaluation, noise: [], fgsm: [], pgd: [], headlineNoise: 0, headlineEps: 0 };
  assert.deepEqual(experimentConditions({ evaluation: none }), {
    conditions: [{ kind: 'clean' }],
    headline: ['clean'],
  });
});

test('the time left is that of cells of the same kind', () => {
  const cell = (fraction: number) => {
    return { id: 'x', dataset: 'd', fraction, architecture: 'resnet18' as const, arm: 'a', seed: 0 };
  };
  const timed = [
    { cell: cell(0.1), seconds: 10 },
    { cell: cell(0.1), seconds: undefined },
    { cell: cell(0.5), seconds: 40 },
    { cell: cell(0.5), seconds: undefined },
    { cell: cell(1), seconds: undefined },
  ];
  assert.equal(secondsLeft(timed, 3), 40 + 25);
  assert.equal(secondsLeft(timed, 0), 10 + 40 + 25);
  assert.equal(secondsLeft([{ cell: cell(1), seconds: undefined }], 0), undefined);
});

test('an arm may have a precision of its own; single precision is what no precision is', () => {
  const cells = expand(
    'seeds: [0]\narms: [{ name: baseline, precision: float32 }, { name: half, precision: float16 }]\n',
  );
  const [plain] = expand('seeds: [0]\narms: [baseline]\n');
  assert.equal(cells[0].id, plain.id);
  assert.deepEqual(
    cells.map(({ settings }) => settings.precision),
    [undefined, 'float16'],
  );
  const whole = expand(
    'seeds: [0]\nprecision: float16\narms: [baseline, { name: single, precision: float32 }]\n',
  );
  assert.deepEqual(
    whole.map(({ settings }) => settings.precision),
    ['float16', undefined],
  );
});
