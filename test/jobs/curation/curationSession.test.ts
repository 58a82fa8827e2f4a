import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { Curations } from '../../../src/jobs/curation/curations.ts';
import { CurationSession } from '../../../src/jobs/curation/curationSession.ts';
import { RunFolder } from '../../../src/runs/runFolder.ts';
import { EXAMPLE_MANIFEST } from '../../runs/exampleRecords.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const out = temporaryFolder();

async function emptyRun(): Promise<RunFolder> {
  return RunFolder.create({ out, method: 'mi', createdAt: new Date(), manifest: EXAMPLE_MANIFEST });
}

describe('a curation session', () => {
  test('has each action on the disk before it is told, and finds all of it again', async () => {
    const { paths } = await emptyRun();
    const session = await CurationSession.open(paths.root);
    const change = await session.decide(['s1', 's2'], 'accepted');
    assert.deepEqual(change, {
      changed: [
        { id: 's1', decision: 'accepted' },
        { id: 's2', decision: 'accepted' },
      ],
      canUndo: true,
      canRedo: false,
    });
    assert.equal(readFileSync(paths.curation, 'utf8').trimEnd().split('\n').length, 2);
    await session.decide(['s2'], 'rejected');
    assert.deepEqual((await session.undo()).changed, [{ id: 's2', decision: 'accepted' }]);
    assert.deepEqual((await session.decide(['s1'], 'cleared')).changed, [{ id: 's1', decision: undefined }]);
    const before = session.snapshot;
    await session.close();

    const again = await CurationSession.open(paths.root);
    assert.deepEqual(again.snapshot, before);
    assert.deepEqual(again.snapshot.decisions, { s2: 'accepted' });
    await again.undo();
    await again.undo();
    assert.deepEqual((await again.undo()).changed, [], 'nothing is left to undo');
    await again.close();
  });

  test('keeps the order of actions that were asked for at once', async () => {
    const { paths } = await emptyRun();
    const session = await CurationSession.open(paths.root);
    await Promise.all([
      session.decide(['s1'], 'accepted'),
      session.decide(['s1'], 'rejected'),
      session.undo(),
      session.decide(['s2'], 'rejected'),
    ]);
    assert.deepEqual(session.snapshot.decisions, { s1: 'accepted', s2: 'rejected' });
    await session.close();
  });

  test('drops a torn last line with a notice', async () => {
    const { paths } = await emptyRun();
    const session = await CurationSession.open(paths.root);
    await session.decide(['s1'], 'accepted');
    await session.close();
    appendFileSync(paths.curation, '{"time":"2026-01');
    const again = await CurationSession.open(paths.root);
    assert.equal(again.notices.length, 1);
    assert.match(again.notices[0].message, /curation\.jsonl: the last line was cut off/);
    await again.decide(['s2'], 'rejected');
    await again.close();
    const last = await CurationSession.open(paths.root);
    assert.deepEqual(last.snapshot.decisions, { s1: 'accepted', s2: 'rejected' });
    assert.deepEqual(last.notices, []);
    await last.close();
  });

  test('leaves a damaged line out with a notice', async () => {
    const { paths } = await emptyRun();
    writeFileSync(paths.curation, 'no JSON\n');
    const session = await CurationSession.open(paths.root);
    assert.deepEqual(session.notices, [
      { severity: 'warning', message: 'curation.jsonl: line 1 is damaged and left out.' },
    ]);
    await session.decide(['s1'], 'accepted');
    await session.close();
    assert.match(readFileSync(paths.curation, 'utf8'), /^no JSON\n\{.*"s1"/);
  });

  test('only reads a run that somebody else curates', async () => {
    const { paths } = await emptyRun();
    const first = await CurationSession.open(paths.root);
    await first.decide(['s1'], 'accepted');
    const second = await CurationSession.open(paths.root);
    assert.match(
      second.heldBy ?? '',
      new RegExp(`Another window decides about its samples \\(process ${process.pid} `),
    );
    assert.deepEqual(second.snapshot.decisions, { s1: 'accepted' });
    await assert.rejects(second.decide(['s1'], 'rejected'), { code: 'run/locked' });
    await second.close();
    await first.decide(['s2'], 'accepted');
    await first.close();
    assert.deepEqual(readFileSync(paths.curation, 'utf8').match(/s\d/g), ['s1', 's2']);
  });

  test('does not show a decision that could not be kept', async (context) => {
    if (process.getuid?.() === 0) {
      const { paths } = await emptyRun();
      // Root may write anywhere; a folder in the place of the log stops it all the same.
      const session = await CurationSession.open(paths.root);
      mkdirSync(paths.curation);
      await assert.rejects(session.decide(['s1'], 'accepted'), { code: 'file/write' });
      assert.deepEqual(session.snapshot.decisions, {});
      await session.close();
      return;
    }
    const { paths } = await emptyRun();
    chmodSync(paths.root, 0o555);
    context.after(() => chmodSync(paths.root, 0o755));
    const session = await CurationSession.open(paths.root);
    assert.match(session.heldBy ?? '', /permission/);
  });

  test('only reads a run that cannot be written, and says what to do', async () => {
    const { paths } = await emptyRun();
    const first = await CurationSession.open(paths.root);
    await first.decide(['s1'], 'accepted');
    await first.close();
    // A lock that was left by a crash and cannot be put aside: no permission would stop root.
    writeFileSync(
      paths.curationLock,
      JSON.stringify({ pid: process.pid, hostname: hostname(), startedAt: 0 }),
    );
    mkdirSync(`${paths.curationLock}.${process.pid}`);
    const session = await CurationSession.open(paths.root);
    assert.match(session.heldBy ?? '', /^Could not write .*curation\.lock.*make the run's folder writable/);
    assert.deepEqual(session.snapshot.decisions, { s1: 'accepted' });
    await assert.rejects(session.decide(['s1'], 'rejected'), {
      code: 'file/write',
      message: /^The decision was not kept\. Could not write/,
      remedy: /writable/,
    });
    await session.close();
  });

  test('keeps 20,000 decisions as one action', async () => {
    const { paths } = await emptyRun();
    const ids = Array.from({ length: 20_000 }, (_, index) => `sample-${index}`);
    const session = await CurationSession.open(paths.root);
    assert.equal((await session.decide(ids, 'accepted')).changed.length, ids.length);
    await session.close();
    const again = await CurationSession.open(paths.root);
    assert.equal(Object.keys(again.snapshot.decisions).length, ids.length);
    assert.equal((await again.undo()).canUndo, false);
    assert.deepEqual(again.snapshot.decisions, {});
    await again.close();
  });
});

describe('the runs under curation', () => {
  test('are opened once a process, and left to others when closed', async () => {
    const { paths } = await emptyRun();
    const curations = new Curations();
    await assert.rejects(curations.get(paths.root), { code: 'run/locked' });
    const session = await curations.open(paths.root);
    assert.equal(await curations.open(path.join(paths.root, '.')), session);
    await curations.closeAll();
    const again = await new Curations().open(paths.root);
    assert.equal(again.heldBy, undefined);
    await again.close();
  });

  test('are opened once when asked for several times at once', async () => {
    const { paths } = await emptyRun();
    const curations = new Curations();
    const [first, second] = await Promise.all([curations.open(paths.root), curations.open(paths.root)]);
    assert.equal(first, second);
    assert.equal(first.heldBy, undefined);
    await curations.closeAll();
  });

  test('keep what was decided right before closing, and open again right after it', async () => {
    const { paths } = await emptyRun();
    const curations = new Curations();
    await curations.open(paths.root);
    const deciding = curations.get(paths.root).then((session) => session.decide(['s1'], 'accepted'));
    const closing = curations.close(paths.root);
    const again = await curations.open(paths.root);
    assert.equal(again.heldBy, undefined);
    assert.deepEqual(again.snapshot.decisions, { s1: 'accepted' });
    await Promise.all([deciding, closing]);
    await curations.closeAll();
  });

  test('are all closed at the end, also one that is just being opened', async () => {
    const { paths } = await emptyRun();
    const curations = new Curations();
    const opening = curations.open(paths.root);
    await curations.closeAll();
    await opening;
    assert.equal(existsSync(paths.curationLock), false);
  });

  test('do not remember a run that could not be opened', async () => {
    const { paths } = await emptyRun();
    const curations = new Curations();
    writeFileSync(`${paths.manifest}.aside`, readFileSync(paths.manifest));
    writeFileSync(paths.manifest, '{');
    await assert.rejects(curations.open(paths.root), { code: 'run/corrupt' });
    writeFileSync(paths.manifest, readFileSync(`${paths.manifest}.aside`));
    assert.equal((await curations.open(paths.root)).heldBy, undefined);
    await curations.closeAll();
  });
});
