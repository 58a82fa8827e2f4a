import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Editor, screenshot } from './support/editor.ts';
import { Gallery } from './support/gallery.ts';
import { Sitting } from './support/sitting.ts';
import { waitFor } from './support/waitFor.ts';
import { editorTab, runCommand, runRow, showRuns } from './support/workbench.ts';
import { addDrawnRun, newWorkspace, closeAndRemove } from './support/workspaces.ts';

/** Runs that something has happened to; each is told of where the person looks, and what still works goes on working. */
const COUNT = 60;

const workspace = newWorkspace();
const runs = path.join(workspace, '.tsynd/runs');
const sitting = new Sitting('badInput', () => editor);
let editor: Editor;

before(async () => {
  const good = await addDrawnRun(workspace, COUNT);
  const copy = (name: string): string => {
    const folder = path.join(runs, name);
    cpSync(good, folder, { recursive: true });
    // What the list of runs calls it.
    setDataset(folder, { name });
    return folder;
  };
  tearLastLine(copy('torn'));
  removeImages(copy('imageless'));
  setField(copy('future'), 'formatVersion', 99);
  setDataset(copy('orphan'), { path: path.join(workspace, 'gone') });
  setDataset(copy('changed'), { sha256: '0'.repeat(64) });
  editor = await Editor.open({ workspace });
  await showRuns(editor.page);
});

after(() => closeAndRemove(editor, workspace));

test(
  'a run of a later version is listed with the reason, beside all others',
  sitting.step(async () => {
    await waitFor(
      'rows',
      () => runRow(editor.page, /unreadable/).count(),
      (count) => count === 1,
    );
    assert.match(await runRow(editor.page, /unreadable/).innerText(), /version|later|newer/i);
    await screenshot(editor.page, 'runs-with-problems');
  }),
);

const NOTICES: Readonly<Record<string, { readonly notice: RegExp; readonly tiles: number }>> = {
  torn: { notice: /samples\.jsonl/, tiles: COUNT - 1 },
  imageless: { notice: /images? (is|are) missing/, tiles: COUNT },
  orphan: { notice: /is not there any more/, tiles: COUNT },
  changed: { notice: /changed/, tiles: COUNT },
};

for (const [name, { notice }] of Object.entries(NOTICES)) {
  test(
    `the gallery of the run '${name}' says what is wrong and shows the rest`,
    sitting.step(async () => {
      const { page } = editor;
      await runCommand(page, 'View: Close All Editors');
      await runRow(page, name).click();
      await editorTab(page, name).waitFor();
      const gallery = await Gallery.of(page);
      await gallery.text(notice).waitFor({ timeout: 60_000 });
      assert.ok((await gallery.tiles.count()) > 0);
      await gallery.select(0);
      await gallery.press('a');
      await waitFor(
        'accepted',
        () => gallery.tilesWith('accepted').count(),
        (count) => count === 1,
      );
      await screenshot(page, `gallery-${name}`);
    }),
  );
}

test(
  'nothing of ours went wrong unseen',
  sitting.step(async () => {
    await editor.problems.assertNone();
  }),
);

function tearLastLine(run: string): void {
  const file = path.join(run, 'samples.jsonl');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.slice(0, -40));
}

/** All but one class. */
function removeImages(run: string): void {
  const folder = path.join(run, 'synthetic');
  const [, ...others] = readdirSync(folder).sort();
  for (const name of others) rmSync(path.join(folder, name), { recursive: true });
}

function setField(run: string, field: string, value: unknown): void {
  const file = path.join(run, 'run.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...manifest, [field]: value }, null, 2));
}

function setDataset(run: string, change: object): void {
  const file = path.join(run, 'run.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { dataset: object };
  setField(run, 'dataset', { ...manifest.dataset, ...change });
}
