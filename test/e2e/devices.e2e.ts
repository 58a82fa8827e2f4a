import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import { platformDevices } from '../../src/jobs/devices/platformDevices.ts';
import { Editor, screenshot } from './support/editor.ts';
import { Sitting } from './support/sitting.ts';
import { setTheme, THEMES } from './support/themes.ts';
import { waitFor } from './support/waitFor.ts';
import {
  chooseQuick,
  clearNotifications,
  dialogButton,
  dialogText,
  notification,
  quickRow,
  quickTitle,
  quickTitleButton,
  runCommand,
} from './support/workbench.ts';
import { closeAndRemove, newWorkspace } from './support/workspaces.ts';

/** What this machine can compute on, seen, measured, chosen and not installed: npm is sent to a port that nobody is at. */
const TITLE = 'Compute devices of this machine';
const MEASURED_MS = 180_000;

const workspace = newWorkspace();
const own = mkdtempSync(path.join(tmpdir(), 'tsynd-own-'));
const sitting = new Sitting('devices', () => editor);
let editor: Editor;

before(async () => {
  editor = await Editor.open({
    workspace,
    environment: {
      TSYND_FOLDER: own,
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
    },
  });
});

after(async () => {
  await closeAndRemove(editor, workspace);
  rmSync(own, { recursive: true, force: true, maxRetries: 5 });
});

test(
  'every device of this kind of machine is listed, and the processor works',
  sitting.step(async () => {
    const { page } = editor;
    await showDevices();
    await screenshot(page, 'devices-measuring');
    await quickRow(page, /cpu, training step/).waitFor({ timeout: MEASURED_MS });
    await quickRow(page, /auto, here \w+, current setting/).waitFor();
    for (const name of platformDevices()) await quickRow(page, name).first().waitFor();
    await page.keyboard.press('Escape');
  }),
);

test(
  'the list looks right in dark, light and high contrast',
  sitting.step(async () => {
    const { page } = editor;
    for (const theme of THEMES) {
      await setTheme(page, theme);
      await showDevices();
      await quickRow(page, 'training step').first().waitFor();
      await screenshot(page, `devices-${theme.toLowerCase().replaceAll(' ', '-')}`);
      await page.keyboard.press('Escape');
    }
    await setTheme(page, 'Dark Modern');
  }),
);

test(
  'devices are measured again when the person wants that',
  sitting.step(async () => {
    const { page } = editor;
    const before = measuredAt();
    await showDevices();
    await quickTitleButton(page, 'Measure Again').click();
    await waitFor('another survey', measuredAt, (time) => time > before, MEASURED_MS);
    await quickRow(page, 'training step').first().waitFor();
  }),
);

test(
  'all that is known can be copied for a bug report',
  sitting.step(async () => {
    const { page } = editor;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await quickTitleButton(page, 'Copy as Text').click();
    const text = await waitFor(
      'the clipboard',
      () => page.evaluate(() => navigator.clipboard.readText()),
      (copied) => copied.includes('measured'),
    );
    assert.match(text, /^TSynD \d+\.\d+\.\d+, VS Code \d/);
    assert.match(text, /- cpu \(.+\): works, training step .+, error of the self-test \d/);
    assert.ok(!text.includes(workspace));
  }),
);

test(
  'a device that works is the setting once it is chosen',
  sitting.step(async () => {
    const { page } = editor;
    await chooseQuick(page, TITLE, 'Processor');
    await notification(page, /Processor is now the device on this machine \(tsynd\.device = cpu\)/).waitFor();
    await showDevices();
    await quickRow(page, /cpu, training step .*, current setting/).waitFor();
    await chooseQuick(page, TITLE, 'Automatic');
    await notification(page, /tsynd\.device = auto/).waitFor();
    await clearNotifications(page);
  }),
);

test(
  'a device that cannot be used is explained, and is not chosen',
  { skip: platformDevices().includes('tensorflow') ? false : 'There is no TensorFlow for this machine.' },
  sitting.step(async () => {
    const { page } = editor;
    await showDevices();
    await chooseQuick(page, TITLE, 'TensorFlow');
    await dialogText(page).filter({ hasText: 'TensorFlow is not installed.' }).waitFor();
    await dialogButton(page, 'Install...').waitFor();
    await screenshot(page, 'devices-explained');
    await dialogButton(page, 'Cancel').click();
    await quickRow(page, /auto, here \w+, current setting/).waitFor();
    await page.keyboard.press('Escape');
  }),
);

test(
  'TensorFlow is fetched only with consent, and a failure leaves all as it was',
  { skip: platformDevices().includes('tensorflow') ? false : 'There is no TensorFlow for this machine.' },
  sitting.step(async () => {
    const { page } = editor;
    await runCommand(page, 'TSynD: Install CUDA Backend');
    await dialogText(page).filter({ hasText: 'storage.googleapis.com' }).waitFor();
    await screenshot(page, 'devices-install');
    await dialogButton(page, 'Cancel').click();
    await dialogText(page).waitFor({ state: 'hidden' });
    assert.deepEqual(installed(), []);

    await runCommand(page, 'TSynD: Install CUDA Backend');
    await dialogButton(page, 'Install').click();
    await notification(page, /could not be installed: the host 127\.0\.0\.1\S* could not be reached/).waitFor(
      {
        timeout: MEASURED_MS,
      },
    );
    await screenshot(page, 'devices-install-failed');
    assert.deepEqual(installed(), []);
    await clearNotifications(page);
    await showDevices();
    await quickRow(page, /TensorFlow is not installed/).waitFor();
    await page.keyboard.press('Escape');
  }),
);

test(
  'nothing of ours went wrong unseen',
  sitting.step(async () => {
    await editor.problems.assertNone();
  }),
);

async function showDevices(): Promise<void> {
  await runCommand(editor.page, 'TSynD: Show Compute Devices');
  await quickTitle(editor.page, TITLE).waitFor();
}

/** When the survey was made that is kept for this machine. */
function measuredAt(): string {
  const file = path.join(own, 'cache/devices.json');
  const verdict = z.object({ survey: z.object({ measuredAt: z.string() }) });
  const schema = z.object({ verdicts: z.array(verdict).min(1) });
  return schema.parse(JSON.parse(readFileSync(file, 'utf8'))).verdicts[0].survey.measuredAt;
}

/** What lies where installations go. */
function installed(): string[] {
  const folder = path.join(own, 'data');
  return existsSync(folder) ? readdirSync(folder) : [];
}
