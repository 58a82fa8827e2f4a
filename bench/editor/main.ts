import path from 'node:path';
import { writeSampleDataset } from '../../src/data/sampleDataset.ts';
import { Editor } from '../../test/e2e/support/editor.ts';
import { Gallery } from '../../test/e2e/support/gallery.ts';
import { waitFor } from '../../test/e2e/support/waitFor.ts';
import {
  chooseFromExplorerMenu,
  chooseQuick,
  fillQuick,
  notification,
  quickRow,
  runCommand,
  runRow,
  showRuns,
} from '../../test/e2e/support/workbench.ts';
import { newWorkspace, removeWorkspace } from '../../test/e2e/support/workspaces.ts';
import { makeLargeRun } from '../largeRun.ts';
import { processMemory } from './processMemory.ts';
import { scrollThrough } from './scrollThrough.ts';

/**
 * `npm run bench:editor`: what a person waits for, and what memory it takes, in the real workbench in Chromium with a
 * run of 20,000 samples. Chromium draws on the processor here, so frames are slower than on a desktop.
 */
const SAMPLES = 20_000;
const MB = 1e6;
/** Within this time a window has loaded what it loads by itself. */
const START_UP_MS = 10_000;

interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: 'ms' | 'MB' | 'frames';
  readonly limit?: number;
}

const workspace = newWorkspace();
const figures: Figure[] = [];
try {
  await measureActivation();
  await makeLargeRun(workspace, { count: SAMPLES });
  await writeSampleDataset(path.join(workspace, 'scans'), { seed: 0, imagesPerClass: 20 });
  const editor = await Editor.open({ workspace });
  try {
    await measureGallery(editor);
    await measureStart(editor);
  } finally {
    await editor.close();
  }
} finally {
  removeWorkspace(workspace);
}
printTable();

/** As VS Code itself counts it: loading the code and calling `activate`, in a window that has come to rest. */
async function measureActivation(): Promise<void> {
  const empty = newWorkspace();
  const editor = await Editor.open({ workspace: empty });
  try {
    const { page } = editor;
    await page.waitForTimeout(START_UP_MS);
    await showRuns(page);
    await waitFor(
      'activation',
      () => editor.log(),
      (log) => log.includes('activated in'),
    );
    await runCommand(page, 'Developer: Show Running Extensions');
    const row = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: /tsynd/i }).first();
    const text = await row.locator('.activation-time').innerText();
    add('activation', Number(/(\d+)\s*ms/.exec(text)?.[1]), 'ms', 50);
  } finally {
    await editor.close();
    removeWorkspace(empty);
  }
}

async function measureGallery(editor: Editor): Promise<void> {
  const { page } = editor;
  const rendererBefore = browserMemory(editor);
  await showRuns(page);
  const row = runRow(page, `${SAMPLES.toLocaleString('en')} samples`);
  await row.waitFor();
  await page.waitForTimeout(START_UP_MS);
  // With all that VS Code itself runs there.
  const hostMemory = (): number => processMemory(editor.processesRunning('--type=extensionHost')) / MB;
  add('extension host before the gallery is opened', hostMemory(), 'MB');
  const startedAt = performance.now();
  await row.click();
  const gallery = await Gallery.of(page);
  await gallery.frame.locator('tsynd-sample-grid .tile canvas:not([hidden])').first().waitFor();
  add('click to first thumbnails', performance.now() - startedAt, 'ms', 1000);

  const frames = await scrollThrough(gallery);
  add('frames while scrolling through all', frames.length, 'frames');
  add('median frame', quantile(frames, 0.5), 'ms');
  add('99 % of frames', quantile(frames, 0.99), 'ms');
  add('longest frame', Math.max(...frames), 'ms', 50);
  add('frames over 50 ms', frames.filter((frame) => frame > 50).length, 'frames');

  // What nobody refers to any more is no use of memory.
  const debugging = await page.context().newCDPSession(page);
  await debugging.send('HeapProfiler.collectGarbage');
  const heap = await gallery.frame.evaluate(
    () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
  );
  add('JavaScript heap of the window and its webviews', heap / MB, 'MB');
  add('growth of the browser by the gallery', (browserMemory(editor) - rendererBefore) / MB, 'MB', 300);
  add('extension host with the gallery', hostMemory(), 'MB', 150);
  add('library process', processMemory(editor.processesRunning('library.mjs')) / MB, 'MB');
  await runCommand(page, 'View: Close All Editors');
}

/** From the last answer to a visible progress, with the compute process warmed up by the device list. */
async function measureStart(editor: Editor): Promise<void> {
  const { page } = editor;
  const title = 'Generate TSynD samples: scans';
  await runCommand(page, 'View: Show Explorer');
  await chooseFromExplorerMenu(page, 'scans', 'TSynD', 'Generate TSynD Samples');
  await chooseQuick(page, `${title} (1/5)`, 'Quick');
  await chooseQuick(page, `${title} (2/5)`, 'Mutual information');
  await fillQuick(page, 'How many synthetic images', '4');
  await quickRow(page, 'Not available')
    .or(quickRow(page, 'ONNX Runtime'))
    .first()
    .waitFor({ timeout: 60_000 });
  await chooseQuick(page, `${title} (4/5)`, 'Processor');
  const start = quickRow(page, 'Start').first();
  await start.waitFor({ timeout: 60_000 });
  const startedAt = performance.now();
  await start.click();
  await notification(page, 'scans').waitFor();
  add('Start to a progress notification', performance.now() - startedAt, 'ms', 1000);
  await notification(page, /dataset|autoencoder/).waitFor();
  add('Start to the first progress of the compute process', performance.now() - startedAt, 'ms', 1000);
  await waitFor(
    'steps',
    () => notification(page, /loss/).count(),
    (count) => count > 0,
    60_000,
  );
  add('compute process while it trains', processMemory(editor.processesRunning('compute.mjs')) / MB, 'MB');
}

function browserMemory(editor: Editor): number {
  return processMemory(editor.browserProcesses());
}

function add(what: string, value: number, unit: Figure['unit'], limit?: number): void {
  figures.push({ what, value, unit, ...(limit === undefined ? {} : { limit }) });
  process.stderr.write(`${what}: ${value.toFixed(1)} ${unit}\n`);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function printTable(): void {
  const rows = figures.map(({ what, value, unit, limit }) => {
    const wanted = limit === undefined ? '' : `< ${limit} ${unit}`;
    return `| ${what} | ${value.toFixed(unit === 'frames' ? 0 : 1)} ${unit} | ${wanted} |`;
  });
  process.stdout.write(['| | measured | wanted |', '|---|---|---|', ...rows, ''].join('\n'));
}
