import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';

import { openDataset } from '../../../src/data/openDataset.ts';
import { readSafetensors, writeSafetensors } from '../../../src/data/safetensors.ts';
import { generate, resume, type GenerateRequest } from '../../../src/jobs/generate.ts';
import { openDevice } from '../../../src/jobs/devices/openDevice.ts';
import { readRunSettings } from '../../../src/jobs/openRunDataset.ts';
import { hashPretrained } from '../../../src/jobs/pretrained/readPretrained.ts';
import type { JobEvent } from '../../../src/jobs/progress.ts';
import { filterPool } from '../../../src/jobs/trainingSet/filterPool.ts';
import { openPool } from '../../../src/jobs/trainingSet/openPool.ts';
import { MIXES, type FilterSettings, type GenerateSettings } from '../../../src/protocol/settings.ts';
import type { SourceSpecs, TrainingSetSpec } from '../../../src/protocol/sourceSpecs.ts';
import { RunFolder, runPaths } from '../../../src/runs/runFolder.ts';
import { assertFails, bytesOf, npyOf, zipOf } from '../../data/helpers.ts';
import { curate, noiseImage, tinyImage, writeNoiseFolder, writePng } from '../../support/poolFiles.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { fingerprint, runToEnd, tinyRun, TINY_SETTINGS, writeTinyDataset } from '../../support/tinyRun.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const datasetPath = writeTinyDataset(path.join(folder, 'tiny.npz'));
const multiLabelPath = writeTinyDataset(path.join(folder, 'multiLabel.npz'), { task: 'multi-label' });
const SETTINGS: GenerateSettings = { ...TINY_SETTINGS, method: 'baseline', count: 0, fraction: 0.25 };
let pool: string;
let judge: string;

before(async () => {
  pool = (await tinyRun(datasetPath, out, { count: 40 })).folder;
  const classifier = { ...SETTINGS.classifier, duration: { epochs: 12 } };
  judge = (await tinyRun(datasetPath, out, { ...SETTINGS, fraction: 1, seed: 9, classifier })).folder;
});

const request = (sources: SourceSpecs, change: Partial<GenerateSettings> = {}): GenerateRequest => ({
  datasetPath,
  settings: { ...SETTINGS, ...change },
  sources,
  device: 'cpu',
  threads: 1,
  out,
});

const mixed = (spec: Partial<TrainingSetSpec> = {}): SourceSpecs => ({
  trainingSet: { mix: 'real-and-synthetic', pool: { path: pool }, ...spec },
});

async function runWith(sources: SourceSpecs, change: Partial<GenerateSettings> = {}) {
  const { events, result } = await runToEnd(generate(request(sources, change)));
  return { run: await RunFolder.open(result.folder), warnings: warningsOf(events) };
}

function warningsOf(events: readonly JobEvent[]): string {
  return events.flatMap((event) => (event.type === 'warning' ? [event.message] : [])).join('\n');
}

describe('a run trains on', () => {
  for (const mix of MIXES) {
    test(mix, async () => {
      const { run } = await runWith({
        trainingSet: { mix, ...(mix === 'real' ? {} : { pool: { path: pool } }) },
      });
      assert.equal(run.manifest.status, 'finished');
      const { trainingSet } = readRunSettings(run);
      assert.equal(trainingSet?.mix, mix);
      assert.equal(trainingSet.pool?.path, mix === 'real' ? undefined : pool);
    });
  }

  test('samples that a person accepted, and tells that they know more labels than it sees', async () => {
    const copy = path.join(out, 'curated');
    cpSync(pool, copy, { recursive: true });
    await curate(copy, [0, 1, 2, 3]);
    const { run, warnings } = await runWith(mixed({ pool: { path: copy, samples: 'accepted' } }));
    assert.equal(readRunSettings(run).trainingSet?.pool?.samples, 'accepted');
    assert.match(
      warnings,
      /from labels of \d+ training images that this run does not see \(of 10 that it sees\)/,
    );
  });

  test('images of several labels', async () => {
    const { folder: other } = await tinyRun(multiLabelPath, out, { count: 20 });
    const job = generate({
      ...request(mixed({ pool: { path: other }, ratio: 1 })),
      datasetPath: multiLabelPath,
    });
    assert.equal((await RunFolder.open((await runToEnd(job)).result.folder)).manifest.status, 'finished');
  });
});

test('a stopped run goes on to the same bytes, in either part', async () => {
  const sources = mixed({ mix: 'real-then-synthetic', ratio: 2 });
  const whole = await runWith(sources);
  for (const stopAfter of [1, 3]) {
    let stopped = '';
    let epochs = 0;
    for await (const event of generate(request(sources))) {
      if (event.type === 'run') stopped = event.folder;
      if (event.type === 'metrics' && event.line.stage === 'classifier' && event.line.split === 'val')
        epochs++;
      if (epochs === stopAfter) break;
    }
    await runToEnd(resume({ runPath: stopped }));
    assert.deepEqual(fingerprint(stopped), fingerprint(whole.run.paths.root));
  }
});

describe('a run that goes on', () => {
  async function stoppedWith(sources: SourceSpecs): Promise<string> {
    for await (const event of generate(request(sources))) if (event.type === 'run') return event.folder;
    throw new Error('There is no run.');
  }

  test('refuses another pool', async () => {
    const place = await writeNoiseFolder(path.join(folder, 'changing'), { '0': 12, '1': 12 });
    const stopped = await stoppedWith(mixed({ pool: { path: place } }));
    await writePng(path.join(place, '1', '3.png'), noiseImage(5));
    await assertFails(
      () => runToEnd(resume({ runPath: stopped })),
      'run/settings-differ',
      /The pool .*changing has changed/,
    );
  });

  test('refuses other weights to start from', async () => {
    const file = path.join(folder, 'weights.safetensors');
    cpSync(runPaths(judge).classifier, file);
    const stopped = await stoppedWith({ pretrained: file });
    cpSync(runPaths(pool).classifier, file);
    await assertFails(
      () => runToEnd(resume({ runPath: stopped })),
      'run/settings-differ',
      /weights in .* have changed/,
    );
  });
});

describe('before anything is trained', () => {
  const refused = (sources: SourceSpecs, message: RegExp, change: Partial<GenerateSettings> = {}) =>
    assertFails(
      async () => {
        for await (const event of generate(request(sources, change))) assert.notEqual(event.type, 'run');
      },
      'settings/invalid',
      message,
    );

  test('a mix without a pool is refused', () =>
    refused({ trainingSet: { mix: 'synthetic' } }, /needs a pool/));

  test('a pool that is too small is refused with its counts', () =>
    refused(mixed({ ratio: 10 }), /too few images for 10 synthetic ones a real one: 20 of 50/));

  test('a class without an image is refused where nothing else has one', async () => {
    const place = await writeNoiseFolder(path.join(folder, 'oneClass'), { '1': 4 });
    await refused(mixed({ mix: 'synthetic', pool: { path: place } }), /none of '0'/);
    await refused(mixed({ mix: 'synthetic-then-real', pool: { path: place } }), /none of '0'/);
    await runWith(mixed({ pool: { path: place } }));
  });

  test('a method that makes its own synthetic images is refused', () =>
    refused(mixed(), /cannot train on 'real-and-synthetic'/, { method: 'noise' }));

  test('classes that the dataset lacks are refused', async () => {
    const place = await writeNoiseFolder(path.join(folder, 'classes'), { '0': 1, cyst: 1 });
    await refused(mixed({ pool: { path: place } }), /lacks: 'cyst'/);
  });

  test('weights of another network are refused', () =>
    refused({ pretrained: judge }, /'conv1\.weight' is \[4, 1, 3, 3\]/, {
      classifier: { ...SETTINGS.classifier, width: 8 },
    }));
});

describe('filters', () => {
  /** Twelve images a class as the dataset has them, and three that look like the other one. */
  let mislabelled: string;

  before(async () => {
    mislabelled = path.join(folder, 'mislabelled');
    for (const label of [0, 1]) {
      for (let index = 0; index < 15; index++) {
        const isRight = index < 12;
        const pixels = tinyImage(isRight ? label : 1 - label, 100 * label + index + 50);
        await writePng(
          path.join(mislabelled, String(label), `${isRight ? 'right' : 'wrong'}-${index}.png`),
          pixels,
        );
      }
    }
  });

  const filtered = (filter: TrainingSetSpec['filter'], mix: TrainingSetSpec['mix'] = 'synthetic') =>
    runWith({ trainingSet: { mix, filter, pool: { path: mislabelled } } });

  async function keptBy(filter: FilterSettings): Promise<readonly string[]> {
    const dataset = await openDataset(datasetPath, { seed: 1 });
    const opened = await openPool({ path: mislabelled }, dataset);
    const { device } = await openDevice('cpu', 1);
    try {
      const request = { pool: opened, dataset, subset: dataset.train, device };
      return (await filterPool(opened.images, filter, request)).origins;
    } finally {
      await device.dispose();
    }
  }

  /** The judge is a tiny network, too, and may err about one or two. */
  function assertMostlyRight(names: readonly string[]): void {
    const right = names.filter((name) => name.includes('right')).length;
    assert.ok(right >= 18 && names.length - right <= 2, names.join());
  }

  test('keep images whose label a judge would give them, too', async () => {
    const source = { path: judge, sha256: await hashPretrained(judge) };
    const selective = await keptBy({ kind: 'selective', judge: source });
    assertMostlyRight(selective);
    const classes = selective.map((name) => name[0]);
    assert.deepEqual(classes, classes.toSorted());
    const few = await keptBy({ kind: 'selective', judge: source, maxPerClass: 3 });
    const firsts = ['0/', '1/'].flatMap((start) =>
      selective.filter((name) => name.startsWith(start)).slice(0, 3),
    );
    assert.deepEqual(few, firsts);

    const band = await keptBy({ kind: 'uncertain-band', judge: source, low: 0, high: 1 });
    assertMostlyRight(band);
    const upper = await keptBy({ kind: 'uncertain-band', judge: source, low: 0.4, high: 1 });
    assert.ok(upper.length < band.length && upper.every((name) => band.includes(name)));
  });

  test('are named in the settings of a run, with the hash of their judge', async () => {
    const { run } = await filtered({ kind: 'selective', judge, maxPerClass: 3 });
    const filter = readRunSettings(run).trainingSet?.filter;
    assert.deepEqual(filter, {
      kind: 'selective',
      judge: { path: judge, sha256: await hashPretrained(judge) },
      maxPerClass: 3,
    });
  });

  test('give the same bytes again, another one others', async () => {
    const prints = [];
    for (const maxPerClass of [3, 3, 2]) {
      const { run } = await filtered({ kind: 'selective', judge, maxPerClass });
      prints.push(fingerprint(run.paths.root)['checkpoints/classifier.safetensors']);
    }
    assert.equal(prints[1], prints[0]);
    assert.notEqual(prints[2], prints[0]);
  });

  test('that make no sense are refused', async () => {
    const refused = (sources: SourceSpecs, message: RegExp, dataset = datasetPath) =>
      assertFails(
        () => runToEnd(generate({ ...request(sources), datasetPath: dataset })),
        'settings/invalid',
        message,
      );
    await refused(
      mixed({ filter: { kind: 'uncertain-band', judge, low: 0.6, high: 0.5 } }),
      /band .* is empty/,
    );
    await refused(mixed({ filter: { kind: 'selective', judge: pool } }), /cannot judge its own samples/);
    const { folder: other } = await tinyRun(multiLabelPath, out, { count: 6 });
    const several = mixed({ pool: { path: other }, filter: { kind: 'selective', judge: other } });
    await refused(several, /'selective' cannot be used/, multiLabelPath);
  });

  test('that leave nothing of a class are refused with the counts', async () => {
    // A judge that always says 0 agrees with no image of class 1.
    const place = await writeNoiseFolder(path.join(folder, 'wrongLabels'), { '0': 6, '1': 6 });
    const stubborn = path.join(out, 'stubborn');
    cpSync(judge, stubborn, { recursive: true });
    await makeStubborn(stubborn);
    const filter = { kind: 'uncertain-band', judge: stubborn, low: 0, high: 1 } as const;
    await assertFails(
      () => runToEnd(generate(request(mixed({ pool: { path: place }, filter })))),
      'settings/invalid',
      /'uncertain-band' leaves no image: '1' \(of 6\)/,
    );
  });
});

/** Gives a run's classifier a head that answers 0 whatever it sees. */
async function makeStubborn(run: string): Promise<void> {
  const { classifier } = runPaths(run);
  const { tensors, metadata } = await readSafetensors(classifier);
  const changed = new Map(tensors);
  const set = (name: string, data: number[]): void => {
    changed.set(name, { ...changed.get(name)!, data: Float32Array.from(data) });
  };
  set('fc.weight', new Array<number>(64).fill(0));
  set('fc.bias', [5, -5]);
  await writeSafetensors(classifier, changed, { config: metadata.config! });
}

test('a run starts from the checkpoint of another one with other classes', async () => {
  const other = writeTinyDataset(path.join(folder, 'three.npz'), { task: 'multi-class' });
  const job = generate({ ...request({ pretrained: judge }), datasetPath: other });
  const { events, result } = await runToEnd(job);
  assert.match(warningsOf(events), /head \(fc\) is drawn anew/);
  const settings = readRunSettings(await RunFolder.open(result.folder));
  assert.equal(settings.classifier.pretrained?.path, judge);
  const plain = await runToEnd(generate({ ...request({}), datasetPath: other }));
  const printOf = (root: string): string => fingerprint(root)['checkpoints/classifier.safetensors'];
  assert.notEqual(printOf(result.folder), printOf(plain.result.folder));
});

describe('a run of other splits of the same dataset, whose training images may be test images here,', () => {
  const drawnPath = path.join(folder, 'drawn.npz');
  let other: string;

  before(async () => {
    const { train } = await openDataset(datasetPath, { seed: 1 });
    const entries = [
      { name: 'train_images.npy', bytes: npyOf('|u1', [40, 8, 8], bytesOf(train.pixels)) },
      { name: 'train_labels.npy', bytes: npyOf('|u1', [40, 1], Uint8Array.from(train.labels)) },
    ];
    writeFileSync(drawnPath, zipOf(entries));
    other = (await tinyRun(drawnPath, out, { ...SETTINGS, fraction: 1, seed: 5 })).folder;
  });

  const begin = async (sources: SourceSpecs, change: Partial<GenerateSettings>): Promise<string> => {
    const warnings: string[] = [];
    for await (const event of generate({ ...request(sources, change), datasetPath: drawnPath })) {
      if (event.type === 'warning') warnings.push(event.message);
      if (event.type === 'run') break;
    }
    return warnings.join('\n');
  };

  test('does not judge a pool', async () => {
    const place = await writeNoiseFolder(path.join(folder, 'judged'), { '0': 20, '1': 20 });
    const sources: SourceSpecs = {
      trainingSet: {
        mix: 'real-and-synthetic',
        pool: { path: place },
        filter: { kind: 'uncertain-band', judge: other, low: 0, high: 1 },
      },
    };
    const judgedWith = (splitSeed: number) => () => begin(sources, { splitSeed });
    await assertFails(
      judgedWith(1),
      'settings/invalid',
      /judge, run .*, was trained on other splits of drawn/,
    );
    // What the judge thinks of noise is another matter.
    await judgedWith(5)().catch((error: unknown) => {
      assert.match(String(error), /leaves no image/);
    });
  });

  test('gives no weights, by its folder or its file', async () => {
    for (const pretrained of [other, runPaths(other).classifier]) {
      await assertFails(
        () => begin({ pretrained }, { splitSeed: 1 }),
        'settings/invalid',
        /weights to start from, of run .*, were trained on other splits of drawn/,
      );
      const told = await begin({ pretrained }, { splitSeed: 5 });
      assert.match(told, /know 100 % of the training labels of drawn already/);
    }
  });
});

describe('a run in an exact folder', () => {
  const exact = (place: string) => {
    const { out: _, ...rest } = request({}) as GenerateRequest & { out: string };
    return { ...rest, folder: place };
  };

  test('is made there, beside what lies there already', async () => {
    const place = path.join(folder, 'cells', 'one');
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, 'note.txt'), 'kept');
    const { result } = await runToEnd(generate(exact(place)));
    assert.deepEqual([result.folder, result.id], [place, 'one']);
    assert.ok('note.txt' in fingerprint(place));
  });

  test('is not made over another run', async () => {
    const place = path.join(folder, 'cells', 'two');
    await runToEnd(generate(exact(place)));
    const before = fingerprint(place);
    await assertFails(
      () => runToEnd(generate(exact(place))),
      'settings/invalid',
      /is a run in .*two already/,
    );
    assert.deepEqual(fingerprint(place), before);
  });
});
