import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { rankScores } from '../../../src/jobs/scores/rankScores.ts';
import { scoreDataset } from '../../../src/jobs/scores/scoreDataset.ts';
import { ScoreFolders, scorePaths } from '../../../src/jobs/scores/scoreFolders.ts';
import { ScoreLibrary } from '../../../src/jobs/scores/scoreLibrary.ts';
import { SCORED_SPLITS } from '../../../src/protocol/scoreTable.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRun, writeTinyDataset } from '../../support/tinyRun.ts';
import { greyPng } from '../library/handMadeRun.ts';

const folder = temporaryFolder();
const library = new ScoreLibrary();
const archive = writeTinyDataset(path.join(folder, 'tiny.npz'), { counts: [12, 6, 6] });
const { folder: run } = await tinyRun(archive, path.join(folder, 'runs'), { count: 0 });
const scored = await scoreDataset({ run, datasetPath: archive, splits: SCORED_SPLITS });

/** A folder of scores with other lines, in a run of its own. */
function withLines(name: string, change: (lines: string[]) => string[]): string {
  const copy = path.join(folder, name, 'scores', path.basename(scored.folder));
  cpSync(scored.folder, copy, { recursive: true });
  const file = scorePaths(copy).lines;
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  writeFileSync(file, `${change(lines).join('\n')}\n`);
  return copy;
}

async function messagesOf(scores: string): Promise<string[]> {
  return (await library.read({ folder: scores })).notices.map(({ message }) => message);
}

describe('scores of an archive', () => {
  test('come in columns, in the order of their lines', async () => {
    const { summary, table, notices } = await library.read({ folder: scored.folder });
    assert.deepEqual([summary, notices], [scored, []]);
    const { records } = await new ScoreFolders().read(scored.folder);
    assert.equal(records.length, 24);
    const rows = table.ids.map((id, row) => ({
      id,
      split: SCORED_SPLITS[table.splits[row]],
      label: table.labels[row],
      predictedLabel: table.predictedLabels[row],
      mi: table.mi[row],
      entropy: table.entropy[row],
      loss: table.loss[row],
      copies: table.duplicates[row],
    }));
    assert.deepEqual(
      rows,
      records.map(({ id, split, label, predictedLabel, mi, entropy, loss, duplicates = -1 }) => ({
        ...{ id, split, label, predictedLabel },
        ...{ mi: Math.fround(mi), entropy: Math.fround(entropy), loss: Math.fround(loss) },
        copies: duplicates,
      })),
    );
  });

  test('have images, and say which are not there', async () => {
    const batch = await library.readImages({ folder: scored.folder, ids: ['test-2', 'train-11', 'val-6'] });
    assert.deepEqual([batch.ids, batch.width, batch.channels], [['test-2', 'train-11'], 8, 1]);
    assert.deepEqual(batch.missing, [{ id: 'val-6', reason: 'There is no image val-6 among these scores.' }]);
    const again = await library.readImages({ folder: scored.folder, ids: ['train-11'] });
    assert.deepEqual(again.pixels, batch.pixels.subarray(64));
  });

  test('say where an image lies', async () => {
    const details = await library.readImage({ folder: scored.folder, id: 'val-3' });
    assert.deepEqual(details.source, {
      file: undefined,
      split: 'val',
      index: 3,
      path: archive,
      exists: true,
    });
    assert.deepEqual([details.copies, details.probs], [[], details.record.probs]);
    await assert.rejects(library.readImage({ folder: scored.folder, id: 'val-6' }), {
      code: 'sample/not-found',
    });
  });

  test('that has changed since have no images, and keep their numbers', async () => {
    const file = writeTinyDataset(path.join(folder, 'passing.npz'), { counts: [12, 6, 6] });
    const { folder: scores } = await scoreDataset({ run, datasetPath: file, splits: ['val'] });
    writeTinyDataset(file, { counts: [12, 6, 6], testSeed: 9 });
    const changed = await library.readImages({ folder: scores, ids: ['val-0'] });
    assert.deepEqual(changed.missing, [{ id: 'val-0', reason: `${file} has changed since it was scored.` }]);
    rmSync(file);
    const gone = await library.readImages({ folder: scores, ids: ['val-0'] });
    assert.deepEqual(gone.missing, [{ id: 'val-0', reason: `The dataset ${file} is not there any more.` }]);
    assert.equal((await library.readImage({ folder: scores, id: 'val-0' })).source.exists, false);
    assert.equal((await library.read({ folder: scores })).table.ids.length, 6);
  });
});

describe('damaged scores', () => {
  test('lose their damaged lines alone', async () => {
    const scores = withLines('damaged', (lines) =>
      lines.map((line, index) => {
        if (index === 2) return '{"id":"train-2"';
        if (index === 5) return line.replace(/"label":\d/, '"label":7');
        return index === 9 ? lines[8] : line;
      }),
    );
    appendFileSync(scorePaths(scores).lines, '{"id":');
    const { table } = await library.read({ folder: scores });
    assert.deepEqual(
      table.ids.slice(0, 8),
      [0, 1, 3, 4, 6, 7, 8, 10].map((index) => `train-${index}`),
    );
    assert.deepEqual(await messagesOf(scores), [
      'scores.jsonl: lines 3 and 6 are damaged and left out.',
      'scores.jsonl: line 10 repeats an image and is left out.',
      'scores.jsonl: the last line was cut off while it was written; it is left out.',
    ]);
  });

  test('that have lost lines say so', async () => {
    const scores = withLines('short', (lines) => lines.slice(0, 20));
    assert.deepEqual(await messagesOf(scores), [
      'scores.jsonl: it holds 20 of the 24 images that were scored.',
    ]);
    rmSync(scorePaths(scores).lines);
    assert.deepEqual(await messagesOf(scores), [
      'scores.jsonl: it holds 0 of the 24 images that were scored.',
    ]);
  });

  test('without a scores.json that can be read are none', async () => {
    const scores = withLines('headless', (lines) => lines);
    const { facts } = scorePaths(scores);
    const text = readFileSync(facts, 'utf8');
    const root = path.dirname(path.dirname(scores));
    assert.equal((await library.list({ run: root })).length, 1);
    const cases = [
      { text: '{"formatVersion": 1', message: /scores\.json is not JSON\./ },
      { text: text.replace('"images": 24', '"images": -1'), message: /is not the record of scores \(/ },
      { text: text.replace('"formatVersion": 1', '"formatVersion": 2'), message: /formats up to 1\./ },
    ];
    for (const { text: damaged, message } of cases) {
      writeFileSync(facts, damaged);
      await assert.rejects(library.read({ folder: scores }), { code: 'run/corrupt', message });
      assert.deepEqual(await library.list({ run: root }), []);
    }
    rmSync(facts);
    await assert.rejects(library.read({ folder: scores }), { code: 'run/not-found' });
    assert.deepEqual(await library.list({ run: root }), []);
    assert.deepEqual(await library.list({ run: path.join(folder, 'nowhere') }), []);
  });
});

test('a run lists its scores, newest first, as of the folder that it lies in now', async () => {
  const scores = withLines('moved', (lines) => lines);
  const root = path.dirname(path.dirname(scores));
  const older = `${scores}-older`;
  cpSync(scores, older, { recursive: true });
  const { facts } = scorePaths(older);
  writeFileSync(facts, readFileSync(facts, 'utf8').replace(scored.scoredAt, '2020-01-01T00:00:00.000Z'));
  const moved = path.join(folder, 'elsewhere');
  renameSync(root, moved);
  const listed = await library.list({ run: moved });
  assert.deepEqual(
    listed.map(({ folder: found, run: owner, scoredAt }) => [path.basename(found), owner, scoredAt]),
    [
      [path.basename(scores), moved, scored.scoredAt],
      [path.basename(older), moved, '2020-01-01T00:00:00.000Z'],
    ],
  );
});

describe('scores of class folders', () => {
  test('read each image from its file, name copies, and tell those with different labels', async () => {
    const root = path.join(folder, 'greys');
    const greys = { train: [10, 20, 30, 40], val: [50, 60], test: [20, 70] };
    for (const [split, values] of Object.entries(greys)) {
      for (const [index, grey] of values.entries()) {
        const className = path.join(root, split, String(index % 2));
        mkdirSync(className, { recursive: true });
        writeFileSync(path.join(className, `${index}.png`), await greyPng(grey, 16));
      }
    }
    const scores = await scoreDataset({ run, datasetPath: root, splits: SCORED_SPLITS });
    const batch = await library.readImages({ folder: scores.folder, ids: ['train-1', 'test-1'] });
    const files = await new ScoreFolders().read(scores.folder);
    assert.deepEqual(
      files.records.map(({ file }) => file),
      [
        'train/0/0.png',
        'train/0/2.png',
        'train/1/1.png',
        'train/1/3.png',
        'val/0/0.png',
        'val/1/1.png',
      ].concat(['test/0/0.png', 'test/1/1.png']),
    );
    assert.deepEqual([...new Set(batch.pixels)], [30, 70]);
    const { source, copies } = await library.readImage({ folder: scores.folder, id: 'train-2' });
    assert.deepEqual(copies, ['test-0']);
    const file = path.join(root, 'train/1/1.png');
    assert.deepEqual(source, { file: 'train/1/1.png', split: 'train', index: 2, path: file, exists: true });

    const [group, ...others] = rankScores(files.records, 3).duplicates;
    assert.deepEqual(others, []);
    assert.deepEqual(
      [group.images.map(({ id }) => id), group.isAcrossSplits, group.hasDifferentLabels],
      [['train-2', 'test-0'], true, true],
    );

    rmSync(file);
    const gone = await library.readImages({ folder: scores.folder, ids: ['train-2', 'test-0'] });
    assert.deepEqual(gone.ids, ['test-0']);
    assert.match(gone.missing[0].reason, /is not there any more\.$/);
  });

  test('cannot be led out of the dataset by a changed line', async () => {
    const scores = withLines('foreign', (lines) => lines);
    const { facts, lines } = scorePaths(scores);
    writeFileSync(path.join(folder, 'secret.png'), await greyPng(1));
    writeFileSync(facts, readFileSync(facts, 'utf8').replace('"format": "npz"', '"format": "folder"'));
    writeFileSync(lines, readFileSync(lines, 'utf8').replaceAll('"label"', '"file":"../secret.png","label"'));
    const { missing } = await library.readImages({ folder: scores, ids: ['train-0'] });
    assert.match(missing[0].reason, /^The source \.\.\/secret\.png is no file of /);
  });
});

test('ranks put the most uncertain first, and of wrong predictions those of the highest loss', async () => {
  const { records } = await new ScoreFolders().read(scored.folder);
  const made = records.slice(0, 6).map((record, index) => ({
    ...record,
    label: 0,
    predictedLabel: index % 2,
    mi: [0.1, 0.3, 0.2, 0.3, 0, 0][index],
    loss: [9, 1, 9, 3, 9, 2][index],
  }));
  const { mostUncertain, probablyMislabelled, different, duplicates } = rankScores(made, 2);
  const idsOf = (list: typeof mostUncertain): string[] => list.map(({ id }) => id);
  assert.deepEqual(idsOf(mostUncertain), ['train-1', 'train-3']);
  assert.deepEqual(idsOf(probablyMislabelled), ['train-3', 'train-5']);
  assert.deepEqual([different, duplicates], [3, []]);
});
