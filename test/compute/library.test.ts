/** The built library process, through the same supervisor as in the editor. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runPaths } from '../../src/runs/runFolder.ts';
import { builtProgram } from '../support/builtProgram.ts';
import { failureOf, libraryProcess } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { stoppedRun, tinyRun, TINY_SETTINGS, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'));
const { folder: run } = await tinyRun(dataset, out);
await stoppedRun(dataset, out);
process.env.TSYND_FOLDER = path.join(folder, 'own');
const { client: library, lines } = libraryProcess();

test('it carries no code that runs models', () => {
  const imports = readFileSync(builtProgram('library.mjs'), 'utf8').matchAll(/ from ["']([^"']+)["'];$/gm);
  const packages = [...imports].map(([, name]) => name).filter((name) => !name.startsWith('node:'));
  assert.ok(packages.includes('sharp'));
  assert.ok(!packages.includes('onnxruntime-node'), packages.join(', '));
});

test('devices are tried once, and again when asked for', async () => {
  const survey = await library.request('devices/survey', {});
  assert.ok(survey.devices.some(({ name, isAvailable }) => name === 'cpu' && isAvailable));
  assert.ok(survey.reason.length > 0);
  assert.deepEqual(await library.request('devices/survey', {}), survey);
  const again = await library.request('devices/survey', { refresh: true });
  assert.notEqual(again.measuredAt, survey.measuredAt);
});

test('only what is known is installed', async () => {
  const what = 'abacus' as 'tensorflow';
  assert.equal((await failureOf(library.request('devices/install', { what }))).code, 'settings/invalid');
});

test('datasets are inspected, and runs are listed', async () => {
  const summary = await library.request('dataset/inspect', { path: dataset });
  assert.deepEqual(
    summary.splits.map(({ count }) => count),
    [40, 12, 12],
  );

  const runs = await library.request('runs/list', { folders: [out, path.join(folder, 'nowhere')] });
  assert.equal(runs.length, 2);
  assert.deepEqual(
    await library.request('run/summary', { run }),
    runs.find((each) => each.folder === run),
  );
});

test('samples arrive as columns, and images in one piece', async () => {
  const { table, notices } = await library.request('run/samples', { run });
  assert.equal(table.ids.length, TINY_SETTINGS.count);
  assert.ok(table.miAfter instanceof Float32Array);
  assert.equal(table.miAfter.length, TINY_SETTINGS.count);
  assert.deepEqual(notices, []);

  const [id] = table.ids;
  const details = await library.request('run/sample', { run, id });
  assert.equal(details.record.miAfter, table.miAfter[0]);
  for (const layer of ['synthetic', 'source'] as const) {
    const images = await library.request('run/images', { run, ids: [id, 'sample-999999'], layer });
    assert.ok(images.pixels instanceof Uint8Array);
    assert.equal(images.pixels.length, 8 * 8);
    assert.deepEqual(images.ids, [id]);
    assert.deepEqual(
      images.missing.map((each) => each.id),
      ['sample-999999'],
    );
  }
  assert.deepEqual(await library.request('run/checkDataset', { run }), []);
});

test('images are read and described', async () => {
  const { table } = await library.request('run/samples', { run });
  const { record } = await library.request('run/sample', { run, id: table.ids[0] });
  const file = path.join(run, String(record.file));
  const image = { kind: 'file', path: file } as const;
  const { width, height, channels, format } = await library.request('image/read', { image });
  assert.deepEqual({ width, height, channels, format }, { width: 8, height: 8, channels: 1, format: 'png' });
  const description = await library.request('image/describe', { image, folders: [out] });
  assert.equal(description.synthetic?.sampleId, table.ids[0]);
  const [synthetic] = await library.request('files/synthetic', { files: [file, dataset] });
  assert.equal(synthetic.miAfter, record.miAfter);
});

test('decisions hold, are undone and redone, and what is accepted is exported', async () => {
  const { table } = await library.request('run/samples', { run });
  const notOpen = await failureOf(library.request('curation/undo', { run }));
  assert.equal(notOpen.code, 'run/locked');

  const opened = await library.request('curation/open', { run });
  assert.deepEqual(opened.decisions, {});
  assert.equal(opened.heldBy, undefined);
  const ids = table.ids.slice(0, 3);
  const decided = await library.request('curation/decide', { run, ids, decision: 'accepted' });
  assert.equal(decided.changed.length, 3);
  assert.equal((await library.request('curation/undo', { run })).canRedo, true);
  assert.equal((await library.request('curation/redo', { run })).changed.length, 3);

  // A second window is told, and can only look.
  const { client: other } = libraryProcess();
  const second = await other.request('curation/open', { run });
  assert.equal(Object.keys(second.decisions).length, 3);
  assert.match(second.heldBy ?? '', /Another window decides about its samples \(process \d+/);
  const refused = await failureOf(other.request('curation/decide', { run, ids, decision: 'rejected' }));
  assert.equal(refused.code, 'run/locked');

  const target = path.join(folder, 'curated');
  const told: number[] = [];
  const exported = await library.request(
    'export/curated',
    { run, format: 'folder', target, syntheticOnly: false },
    { onProgress: ({ done }) => told.push(done) },
  );
  assert.equal(exported.synthetic, 3);
  assert.equal(exported.real.train, 40);
  assert.ok(told.length > 0);
  assert.equal(
    (
      await failureOf(
        library.request('export/curated', { run, format: 'folder', target, syntheticOnly: false }),
      )
    ).code,
    'file/exists',
  );
});

test('an end that is asked for lets go of what is curated', async () => {
  const { client } = libraryProcess();
  await library.request('curation/close', { run });
  await client.request('curation/open', { run });
  assert.ok(existsSync(runPaths(run).curationLock));
  await client.stop();
  assert.ok(!existsSync(runPaths(run).curationLock));
});

test('what is asked is checked, and a mistake names its field', async () => {
  const { curationLock } = runPaths(run);
  assert.ok(!existsSync(curationLock));
  const decision = 'maybe' as 'accepted';
  const failure = await failureOf(library.request('curation/decide', { run, ids: ['a'], decision }));
  assert.equal(failure.code, 'settings/invalid');
  assert.match(failure.message, /'curation\/decide' .*decision: /);
  assert.match(
    (await failureOf(library.request('runs/list', { folders: ['runs'] }))).message,
    /folders\.0: Expected an absolute path\./,
  );
  assert.equal(
    (await failureOf(library.request('run/summary', { run: path.join(folder, 'nowhere') }))).code,
    'run/not-found',
  );
});

test('the process says when it is ready', () => {
  assert.match(lines.join('\n'), /^library process \d+ ready in \d+ ms$/m);
});
