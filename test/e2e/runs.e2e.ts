import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { RunFolder } from '../../src/runs/runFolder.ts';
import { acquireRunLock } from '../../src/runs/runLock.ts';
import { Editor, screenshot } from './support/editor.ts';
import { Gallery } from './support/gallery.ts';
import { Sitting } from './support/sitting.ts';
import { waitFor, waitForEqual } from './support/waitFor.ts';
import {
  chooseFromMenu,
  dialogButton,
  editorTab,
  menuLabels,
  runCommand,
  runRow,
  showRuns,
} from './support/workbench.ts';
import { addDrawnRun, newWorkspace, removeWorkspace } from './support/workspaces.ts';

/** What is done with runs beside their galleries: one of another process, a broken process of ours, deleting. */
const COUNT = 40;
/** After so many crashes the library process is given up. */
const CRASHES = 3;

const workspace = newWorkspace();
const runs = path.join(workspace, '.tsynd/runs');
const sitting = new Sitting('runs', () => editor);
let run: string;
let unlock: () => Promise<void>;
let editor: Editor;

before(async () => {
  run = await addDrawnRun(workspace, COUNT);
  const other = path.join(runs, 'elsewhere');
  cpSync(run, other, { recursive: true });
  const training = await RunFolder.open(other);
  await training.updateManifest({ status: 'running', stage: 'samples', result: undefined });
  const lock = await acquireRunLock(training.paths.lock);
  unlock = () => lock.release();
  editor = await Editor.open({ workspace });
  await showRuns(editor.page);
});

after(async () => {
  try {
    await editor.close();
  } finally {
    await unlock();
    removeWorkspace(workspace);
  }
});

test(
  'a run that trains in another process can be looked at, and not be touched',
  sitting.step(async () => {
    const row = runRow(editor.page, /running in another window or terminal/);
    await row.waitFor({ timeout: 60_000 });
    const labels = await menuLabels(editor.page, row);
    for (const allowed of ['Open Gallery', 'Duplicate with Other Settings...', 'Reveal Run Folder']) {
      assert.ok(labels.includes(allowed), `${allowed}: ${labels.join(', ')}`);
    }
    for (const refused of ['Stop Run', 'Resume Run', 'Delete Run...']) {
      assert.ok(!labels.includes(refused), `${refused}: ${labels.join(', ')}`);
    }
  }),
);

test(
  'a library process that crashes again and again is given up, and comes back when asked',
  sitting.step(async () => {
    const { page } = editor;
    await runRow(page, /40 samples · AUC/).click();
    const gallery = await Gallery.of(page);
    for (let crash = 1; crash <= CRASHES; crash++) {
      await waitFor(
        'library processes',
        async () => {
          await runCommand(page, 'TSynD: Refresh Runs');
          return editor.processesRunning('library.mjs').length;
        },
        (count) => count === 1,
      );
      assert.equal(editor.killChild('library.mjs'), 1);
      await gallery.text(/library process was killed/).waitFor();
    }
    await gallery.text(/Run 'TSynD: Restart Processes'/).waitFor();
    await screenshot(page, 'library-off');

    await runCommand(page, 'TSynD: Restart Processes');
    await waitForEqual('notices', () => gallery.text(/library process/).count(), 0);
    await gallery.select(0);
    await gallery.press('a');
    await waitForEqual('accepted', () => gallery.tilesWith('accepted').count(), 1);
  }),
);

test(
  'a run is deleted with its gallery, after a second question where there is no trash',
  sitting.step(async () => {
    const { page } = editor;
    const images = readdirSync(path.join(workspace, 'phantoms'), { recursive: true }).sort();
    await chooseFromMenu(page, runRow(page, /40 samples · AUC/), 'Delete Run');
    await dialogButton(page, 'Move to Trash').waitFor();
    await screenshot(page, 'delete-run');
    await dialogButton(page, 'Move to Trash').click();
    await dialogButton(page, 'Delete Permanently').click();
    await waitForEqual('the folder', () => existsSync(run), false);
    await runRow(page, /40 samples · AUC/).waitFor({ state: 'detached' });
    assert.deepEqual(readdirSync(path.join(workspace, 'phantoms'), { recursive: true }).sort(), images);
    await waitForEqual('galleries', () => editorTab(page, 'phantoms').count(), 0);
  }),
);

test(
  'nothing of ours went wrong unseen',
  sitting.step(async () => {
    await editor.problems.assertNone();
  }),
);
