import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { quantile } from '../../../src/evaluation/bootstrap.ts';
import { deriveKey, integers } from '../../../src/engine/random.ts';
import { evaluatePredictions } from '../../../src/evaluation/evaluatePredictions.ts';
import { readPredictions } from '../../../src/jobs/evaluation/readEvaluation.ts';
import { buildReport } from '../../../src/jobs/report/buildReport.ts';
import { ReportMemory, REPORT_KEY } from '../../../src/jobs/report/reportMemory.ts';
import type { Report, ReportRow } from '../../../src/protocol/report.ts';
import { handMadeExperiment } from '../../support/handMadeExperiment.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = temporaryFolder();
let made = 0;

function place(): string {
  return path.join(folder, `experiment-${made++}`);
}

function rowOf(report: Report, arm: string): ReportRow {
  return report.rows.find((row) => row.arm === arm)!;
}

/** Replaces fields of a JSON file. */
function change(file: string, fields: object): void {
  const value = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...value, ...fields }));
}

describe('a finished grid', () => {
  const root = place();
  const plan = handMadeExperiment(root, { skill: (arm, seed) => (arm === 'mi' ? 2.4 : 1.2) + 0.1 * seed });
  const whole = buildReport(root);

  test('has a row for each arm with the scores of its seeds', async () => {
    const report = await whole;
    assert.deepEqual(
      report.rows.map(({ arm, isReference }) => [arm, isReference]),
      [
        ['baseline', true],
        ['noise', false],
        ['mi', false],
      ],
    );
    const row = rowOf(report, 'mi');
    const { values, mean, deviation, difference } = row.conditions[0].metrics.accuracy;
    const stored = plan.cells
      .filter(({ arm }) => arm === 'mi')
      .map(({ id }) => {
        const file = path.join(root, 'cells', id, 'evaluation.json');
        const { conditions } = JSON.parse(readFileSync(file, 'utf8')) as {
          conditions: { accuracy: number }[];
        };
        return conditions[0].accuracy;
      });
    assert.deepEqual(values, stored);
    const average = (stored[0] + stored[1] + stored[2]) / 3;
    assert.ok(Math.abs(mean! - average) < 1e-12);
    const squares = stored.reduce((sum, value) => sum + (value - average) ** 2, 0);
    assert.ok(Math.abs(deviation! - Math.sqrt(squares / 2)) < 1e-12);
    assert.deepEqual([difference?.verdict, difference?.pairs, difference?.resamples], ['better', 3, 1000]);
    assert.equal(rowOf(report, 'baseline').conditions[0].metrics.accuracy.difference, undefined);
    assert.deepEqual(
      report.headline,
      report.conditions.map(({ key }) => key),
    );
    assert.deepEqual(row.setup.method, 'mi');
    assert.deepEqual(row.trainedOn, { real: 9, synthetic: 0 });
  });

  test('has intervals that agree with a slow resampling of the stored predictions', async () => {
    const { difference } = rowOf(await whole, 'mi').conditions[0].metrics.balancedAccuracy;
    const predictionsOf = async (arm: string, seed: number) => {
      const { id } = plan.cells.find((cell) => cell.arm === arm && cell.seed === seed)!;
      const { labels, probs } = (await readPredictions(path.join(root, 'cells', id)))!;
      return { labels, probs: probs.get('clean')! };
    };
    const arms = {
      first: await Promise.all([0, 1, 2].map((seed) => predictionsOf('baseline', seed))),
      second: await Promise.all([0, 1, 2].map((seed) => predictionsOf('mi', seed))),
    };
    const means: number[] = [];
    for (let sample = 0; sample < 1000; sample++) {
      const images = integers(deriveKey(REPORT_KEY, 'images', sample), 90, 90);
      const scoreOf = ({ labels, probs }: { labels: Int32Array; probs: Float32Array }): number =>
        evaluatePredictions({
          labels: images.map((image) => labels[image]),
          probs: Float32Array.from([...images].flatMap((image) => [probs[2 * image], probs[2 * image + 1]])),
          ...{ task: 'binary-class', numClasses: 2 },
        }).balancedAccuracy;
      const seeds = [...integers(deriveKey(REPORT_KEY, 'pairs', 'seeds', sample), 3, 3)];
      const sum = seeds.reduce(
        (total, seed) => total + scoreOf(arms.second[seed]) - scoreOf(arms.first[seed]),
        0,
      );
      means.push(sum / 3);
    }
    const sorted = Float64Array.from(means).sort();
    assert.ok(Math.abs(difference!.seedsAndImages!.low - quantile(sorted, 0.025)) < 1e-9);
    assert.ok(Math.abs(difference!.seedsAndImages!.high - quantile(sorted, 0.975)) < 1e-9);
  });

  test('has confusion matrices with the images that most seeds agree on first', async () => {
    const { confusion } = rowOf(await whole, 'noise');
    assert.equal(
      confusion.reduce((sum, { count }) => sum + count, 0),
      3 * 90,
    );
    for (const { images, count } of confusion) {
      assert.equal(
        images.reduce((sum, { seeds }) => sum + seeds.length, 0),
        count,
      );
      const agreeing = images.map(({ seeds }) => seeds.length);
      assert.deepEqual(
        agreeing,
        [...agreeing].sort((a, b) => b - a),
      );
    }
    const [first] = confusion.find(({ truth, predicted }) => truth === 0 && predicted === 1)!.images;
    const cell = plan.cells.find(({ arm, seed }) => arm === 'noise' && seed === first.seeds[0])!;
    const { labels, probs } = (await readPredictions(path.join(root, 'cells', cell.id)))!;
    assert.equal(labels[first.index], 0);
    assert.ok(probs.get('clean')![2 * first.index + 1] > 0.5);
  });

  test('has learning curves, hours, majority rates and what it was made with', async () => {
    const report = await whole;
    const [curve] = rowOf(report, 'mi').curves;
    assert.deepEqual([curve.seed, curve.bestEpoch, curve.points.length], [0, 8, 12]);
    assert.ok(
      curve.points.every(
        ({ trainLoss, valLoss, valAuroc }) => trainLoss! > 0 && valLoss! > 0 && valAuroc! > 0,
      ),
    );
    assert.ok(Math.abs(report.hours - (9 * 240) / 3600) < 1e-12);
    const [{ majorityRate, majorityClass }] = report.datasets;
    assert.deepEqual([majorityRate, majorityClass], [2 / 3, 'benign']);
    assert.equal(report.device, 'a processor, 2 threads');
    assert.match(report.yaml, /# a comment/);
  });

  test('is the same when it is made again, but for its time', async () => {
    const memory = new ReportMemory();
    const { reportedAt: _first, ...first } = await buildReport(root, memory);
    const { reportedAt: _second, ...second } = await buildReport(root, memory);
    assert.deepEqual(second, first);
    const { reportedAt: _whole, ...fresh } = await whole;
    assert.deepEqual(fresh, first);
  });

  test('warns of few seeds, unlike conditions and a validation set that nobody would have', async () => {
    const { warnings } = await whole;
    for (const part of [
      /^3 seeds:/,
      /half as many real images/,
      /without their labels/,
      /full validation set/,
      /come from one patient/,
    ]) {
      assert.ok(
        warnings.some((warning) => part.test(warning)),
        String(part),
      );
    }
    assert.ok(!warnings.some((warning) => /not finished|another classifier|masked|one class/.test(warning)));
  });
});

describe('a grid under way', () => {
  test('says of each cell what it is, and reports the others', async () => {
    const root = place();
    const { cells } = handMadeExperiment(root);
    const at = (arm: string, seed: number, ...parts: string[]): string => {
      const { id } = cells.find((cell) => cell.arm === arm && cell.seed === seed)!;
      return path.join(root, 'cells', id, ...parts);
    };
    rmSync(at('mi', 0), { recursive: true });
    change(at('mi', 1, 'run.json'), { status: 'failed', error: 'The loss became NaN.' });
    change(at('noise', 0, 'run.json'), { status: 'running' });
    writeFileSync(at('noise', 1, 'evaluation.json'), '{"formatVersion":1,');
    rmSync(at('noise', 2, 'evaluation.json'));
    writeFileSync(at('baseline', 2, 'run.json'), 'not json');
    writeFileSync(at('baseline', 1, 'metrics.jsonl'), '{"torn');
    const report = await buildReport(root);
    const states = report.rows.map(({ arm, cells: list }) => [arm, ...list.map(({ status }) => status)]);
    assert.deepEqual(states, [
      ['baseline', 'finished', 'finished', 'begun'],
      ['noise', 'begun', 'begun', 'begun'],
      ['mi', 'missing', 'failed', 'finished'],
    ]);
    assert.equal(rowOf(report, 'mi').cells[1].error, 'The loss became NaN.');
    assert.match(rowOf(report, 'noise').cells[1].error!, /not JSON/);
    assert.match(rowOf(report, 'baseline').cells[2].error!, /not JSON/);
    assert.deepEqual(rowOf(report, 'noise').conditions, []);
    assert.equal(rowOf(report, 'baseline').curves.length, 1);
    const { accuracy } = rowOf(report, 'mi').conditions[0].metrics;
    assert.deepEqual([accuracy.values.length, accuracy.deviation], [1, null]);
    assert.equal(accuracy.difference, undefined, 'no seed is finished in both arms');
    assert.match(report.warnings[0], /^6 of 9 cells are not finished, 1 of them failed/);
  });

  test('compares common seeds alone, and one of them is no test', async () => {
    const root = place();
    const { cells } = handMadeExperiment(root);
    for (const { id, arm, seed } of cells) {
      if (arm === 'mi' && seed > 0) rmSync(path.join(root, 'cells', id), { recursive: true });
    }
    const { difference } = rowOf(await buildReport(root), 'mi').conditions[0].metrics.auroc;
    assert.deepEqual([difference?.pairs, difference?.verdict], [1, 'untested']);
  });

  test('without predictions has means, but no verdict', async () => {
    const root = place();
    const { cells } = handMadeExperiment(root);
    const { id } = cells.find(({ arm, seed }) => arm === 'mi' && seed === 1)!;
    writeFileSync(path.join(root, 'cells', id, 'predictions.safetensors'), 'torn');
    const row = rowOf(await buildReport(root), 'mi');
    const { values, difference } = row.conditions[0].metrics.accuracy;
    assert.equal(values.length, 3);
    assert.deepEqual(
      [difference?.pairs, difference?.seedsAndImages, difference?.verdict],
      [3, null, 'untested'],
    );
    assert.ok(row.confusion.every(({ images }) => images.every(({ seeds }) => !seeds.includes(1))));
  });
});

describe('warnings', () => {
  test('of a classifier that predicts one class name the arm, the condition and the seeds', async () => {
    const root = place();
    const { cells } = handMadeExperiment(root);
    const { id } = cells.find(({ arm, seed }) => arm === 'noise' && seed === 2)!;
    const file = path.join(root, 'cells', id, 'evaluation.json');
    const { conditions } = JSON.parse(readFileSync(file, 'utf8')) as { conditions: object[] };
    const constant = {
      ...conditions[0],
      accuracy: 2 / 3,
      balancedAccuracy: 0.5,
      confusion: [
        [60, 0],
        [30, 0],
      ],
    };
    change(file, { conditions: [constant, ...conditions.slice(1)] });
    const report = await buildReport(root);
    assert.deepEqual(rowOf(report, 'noise').conditions[0].oneClassSeeds, [2]);
    assert.deepEqual(rowOf(report, 'baseline').conditions[0].oneClassSeeds, []);
    assert.ok(
      report.warnings.some((warning) =>
        warning.includes('noise predicts one class for every test image under clean (seed 2)'),
      ),
    );
  });

  test('of accuracies within a hair of the majority rate', async () => {
    const root = place();
    const { cells } = handMadeExperiment(root);
    for (const { id } of cells.filter(({ arm }) => arm === 'noise')) {
      const file = path.join(root, 'cells', id, 'evaluation.json');
      const { conditions } = JSON.parse(readFileSync(file, 'utf8')) as { conditions: object[] };
      change(file, { conditions: [{ ...conditions[0], accuracy: 0.668 }, ...conditions.slice(1)] });
    }
    const { warnings } = await buildReport(root);
    assert.ok(
      warnings.some((warning) => /within half a point of the majority rate.*noise \(clean\)/.test(warning)),
    );
  });

  test('of masked gradients, other classifiers and other images', async () => {
    const root = place();
    const { cells } = handMadeExperiment(root);
    const [{ id }, other] = cells;
    const masking = [{ check: 'PGD is no weaker than FGSM.', passed: false, found: 'PGD 60 %, FGSM 20 %.' }];
    change(path.join(root, 'cells', id, 'evaluation.json'), { masking, datasetSha256: 'c'.repeat(64) });
    writeFileSync(path.join(root, 'cells', other.id, 'checkpoints', 'classifier.safetensors'), 'others');
    const { warnings } = await buildReport(root);
    assert.ok(warnings.some((text) => text.includes('may be masked') && text.includes('PGD 60 %')));
    assert.ok(
      warnings.some(
        (text) => text.startsWith('Evaluated with another classifier') && text.includes(other.id),
      ),
    );
    assert.ok(warnings.some((text) => text.startsWith('Evaluated on other images') && text.includes(id)));
  });

  test('of arms that train longer, and that ask the validation images more often', async () => {
    const root = place();
    const mixed = { mix: 'real-and-synthetic', pool: 'made', ratio: 3 };
    const { cells } = handMadeExperiment(root, {
      file: {
        classifier: { batchSize: 10, duration: { epochs: 4 } },
        pools: { made: { generate: { method: 'mi', ratio: 3 } } },
        arms: [
          'baseline',
          { name: 'mixed', ...mixed },
          { name: 'mixed, equal steps', ...mixed, classifier: { duration: { updates: 8 } } },
          { name: 'fine-tuned', mix: 'real-then-synthetic', pool: 'made' },
        ],
      },
    });
    for (const { id, arm } of cells) {
      const synthetic = arm === 'baseline' ? 0 : 60;
      change(path.join(root, 'cells', id, 'run.json'), { trainingImages: { real: 20, synthetic } });
    }
    const { warnings } = await buildReport(root);
    const [told] = warnings.filter((text) => text.startsWith('Arms do not train equally long'));
    assert.ok(
      told.includes(
        'steps of the optimiser: baseline 8, mixed 32, mixed, equal steps 8, fine-tuned 32; ' +
          'epochs that the kept one was chosen from: baseline 4, mixed 4, mixed, equal steps 1, fine-tuned 4 ' +
          '(scans, 10 %, resnet18)',
      ),
      told,
    );
  });

  test('of what stands behind pools: autoencoders of all images, generators that nobody knows', async () => {
    const arms = [
      'baseline',
      { name: 'made', mix: 'synthetic', pool: 'made' },
      { name: 'bought', mix: 'synthetic', pool: 'bought' },
    ];
    const warningsFor = async (data: 'all' | 'subset'): Promise<string> => {
      const root = place();
      const made = { generate: { method: 'mi', ratio: 1, autoencoder: { data } } };
      handMadeExperiment(root, { file: { pools: { made, bought: { path: 'images' } }, arms } });
      return (await buildReport(root)).warnings.join('\n');
    };
    assert.match(await warningsFor('all'), /also those behind pools/);
    const ofSubset = await warningsFor('subset');
    assert.doesNotMatch(ofSubset, /Autoencoders/);
    assert.match(ofSubset, /the generator behind bought was trained on.*not controlled/);
  });

  test('leave out what five seeds and all labels do not call for', async () => {
    const root = place();
    handMadeExperiment(root, { seeds: [0, 1, 2, 3, 4], fractions: [1], arms: ['baseline'] });
    assert.deepEqual((await buildReport(root)).warnings, []);
  });
});

test('entropy and mutual information are compared with each other, whichever arm comes first', async () => {
  const root = place();
  handMadeExperiment(root, {
    arms: ['baseline', 'entropy', 'mi'],
    skill: (arm) => ({ baseline: 1, entropy: 1.2, mi: 3 })[arm]!,
  });
  const { entropy, rows } = await buildReport(root);
  assert.equal(entropy.length, 1);
  const [means] = [rows.slice(1).map(({ conditions }) => conditions[0].metrics.auroc.mean!)];
  assert.ok(Math.abs(entropy[0].difference!.mean - (means[1] - means[0])) < 1e-12);
  assert.equal(entropy[0].difference!.verdict, 'better');
});

test('entropy and mutual information are compared where nothing else tells their arms apart', async () => {
  const entropyOf = async (...arms: object[]): Promise<(readonly [string, string])[]> => {
    const root = place();
    handMadeExperiment(root, { file: { arms: ['entropy', ...arms] } });
    return (await buildReport(root)).entropy.map(({ entropy, mi }) => [entropy, mi] as const);
  };
  const short = { name: 'mi, short', method: 'mi', generation: { steps: 1 } };
  assert.deepEqual(await entropyOf(short), []);
  assert.deepEqual(await entropyOf(short, { method: 'mi' }), [['entropy', 'mi']]);
});

test('several classes, datasets and fractions keep to themselves', async () => {
  const root = place();
  handMadeExperiment(root, {
    datasets: [
      { name: 'scans', classNames: ['benign', 'malignant'] },
      { name: 'organs', classNames: ['liver', 'kidney', 'spleen'] },
    ],
    fractions: [0.01, 0.1],
    arms: ['baseline', 'mi'],
  });
  const { rows } = await buildReport(root);
  assert.equal(rows.length, 8);
  assert.equal(rows.filter(({ isReference }) => isReference).length, 4);
  const organs = rows.find(({ dataset, arm }) => dataset === 'organs' && arm === 'mi')!;
  assert.ok(organs.confusion.some(({ truth }) => truth === 2));
  assert.ok(organs.conditions[0].metrics.auroc.difference);
});

test('arms of a pool are described by the file', async () => {
  const root = place();
  handMadeExperiment(root, {
    file: {
      pools: { gan: { path: 'images' } },
      arms: [
        'baseline',
        {
          name: 'mixed',
          mix: 'real-and-synthetic',
          pool: 'gan',
          ratio: 2,
          classifier: { pretrained: 'w/imagenet.safetensors', recipe: 'deit' },
        },
      ],
    },
  });
  const { rows } = await buildReport(root);
  const { setup } = rows[1];
  assert.deepEqual(
    [setup.mix, setup.pool, setup.ratio, setup.pretrained, setup.recipe, setup.head],
    ['real-and-synthetic', 'gan', 2, 'imagenet', 'deit', 'default'],
  );
  assert.equal(rows[0].setup.pretrained, null);
});

test('time in shared runs counts, and damaged quality files are said', async () => {
  const root = place();
  const { cells } = handMadeExperiment(root);
  const before = (await buildReport(root)).hours;
  const pool = path.join(root, 'shared', 'pools', 'one');
  mkdirSync(pool, { recursive: true });
  writeFileSync(path.join(pool, 'run.json'), readFileSync(path.join(root, 'cells', cells[0].id, 'run.json')));
  mkdirSync(path.join(root, 'quality'));
  writeFileSync(path.join(root, 'quality', 'torn.json'), '{');
  const report = await buildReport(root);
  assert.ok(Math.abs(report.hours - before - 180 / 3600) < 1e-12);
  assert.deepEqual(report.quality, []);
  assert.ok(report.warnings.includes('quality/torn.json cannot be read and is left out.'));
});

test('pools are called as the files about them, not by where they lay', async () => {
  const root = place();
  handMadeExperiment(root);
  mkdirSync(path.join(root, 'quality'));
  const measured = {
    formatVersion: 1,
    pool: '/data/of-somebody/pool',
    measuredAt: '2026-01-31T12:00:00.000Z',
    dataset: { name: 'phantoms', sha256: 'a'.repeat(64) },
    images: { synthetic: 1, train: 1, val: 1, test: 1 },
    compared: 1,
    spaces: [],
    warnings: [],
  };
  writeFileSync(path.join(root, 'quality', 'gan.json'), JSON.stringify(measured));
  const { quality, warnings } = await buildReport(root);
  assert.deepEqual(
    quality.map(({ pool }) => pool),
    ['gan'],
    warnings.join(' '),
  );
});

test('a folder without an experiment is refused', async () => {
  await assert.rejects(buildReport(path.join(folder, 'nothing')), { code: 'run/not-found' });
});
