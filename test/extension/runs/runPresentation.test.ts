import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { presentRun } from '../../../src/extension/runs/runPresentation.ts';
import { presentStages } from '../../../src/extension/runs/runStages.ts';
import type { RunEntry } from '../../../src/extension/runs/runStore.ts';
import { exampleSummary, FOLDER, idleEntry, JOB, runningEntry } from './exampleEntries.ts';

process.env.TZ = 'UTC';

const unfinished = { samples: 0, valAuroc: undefined, bestEpoch: undefined, stage: 'classifier' } as const;

interface Case {
  readonly name: string;
  readonly entry: RunEntry;
  readonly isHeld?: boolean;
  readonly description: string;
  readonly contextValue: string;
  readonly icon: string;
}

const CASES: readonly Case[] = [
  {
    name: 'a run that trains',
    entry: runningEntry(),
    description: 'classifier · epoch 3 · loss 0.412 · AUC 0.871 · 2 min left',
    contextValue: 'run.running',
    icon: 'sync~spin',
  },
  {
    name: 'a run that has not told anything yet',
    entry: { key: 'job-1', state: 'running', job: JOB },
    description: 'starting',
    contextValue: 'run.running',
    icon: 'sync~spin',
  },
  {
    name: 'a run whose dataset is read',
    entry: runningEntry({ folder: undefined, stage: 'dataset', done: 0, total: 0 }),
    description: 'reading the dataset',
    contextValue: 'run.running',
    icon: 'sync~spin',
  },
  {
    name: 'a run that makes samples',
    entry: {
      key: 'job-1',
      state: 'running',
      job: JOB,
      progress: { stage: 'samples', done: 32, total: 64, unit: 'samples', secondsLeft: 18, warnings: [] },
    },
    description: 'samples · 32 of 64 · 20 s left',
    contextValue: 'run.running.samples',
    icon: 'sync~spin',
  },
  {
    name: 'a run that was asked to stop',
    entry: runningEntry({ secondsLeft: undefined }, { isStopping: true }),
    description: 'stopping after this step · classifier · epoch 3 · loss 0.412 · AUC 0.871',
    contextValue: 'run.running',
    icon: 'sync~spin',
  },
  {
    name: 'the next in the queue',
    entry: { key: 'job-1', state: 'queued', job: JOB, ahead: 1 },
    description: 'queued · next',
    contextValue: 'run.queued',
    icon: 'clock',
  },
  {
    name: 'one further behind',
    entry: { key: 'job-1', state: 'queued', job: JOB, ahead: 3 },
    description: 'queued · 3 ahead',
    contextValue: 'run.queued',
    icon: 'clock',
  },
  {
    name: 'one that waits for a person',
    entry: { key: 'job-1', state: 'queued', job: JOB, ahead: 0 },
    isHeld: true,
    description: 'queued · waits for the compute process',
    contextValue: 'run.queued',
    icon: 'clock',
  },
  {
    name: 'a finished run',
    entry: idleEntry(),
    description: '64 samples · AUC 0.907 · 2026-11-21 00:37',
    contextValue: 'run.finished.samples',
    icon: 'pass',
  },
  {
    name: 'a finished baseline',
    entry: idleEntry({ samples: 0 }),
    description: 'AUC 0.907 · 2026-11-21 00:37',
    contextValue: 'run.finished',
    icon: 'pass',
  },
  {
    name: 'a run of another window',
    entry: idleEntry({ ...unfinished, status: 'running', isElsewhere: true }),
    description:
      'running in another window or terminal · classifier · epoch 12 · loss 0.302 · AUC 0.900 · 2026-11-21 00:37',
    contextValue: 'run.elsewhere',
    icon: 'lock',
  },
  {
    name: 'a stopped run',
    entry: idleEntry({ ...unfinished, status: 'stopped' }),
    description: 'stopped · classifier · epoch 12 · loss 0.302 · AUC 0.900 · 2026-11-21 00:37',
    contextValue: 'run.stopped',
    icon: 'debug-pause',
  },
  {
    name: 'a run that was stopped while it made samples',
    entry: idleEntry({ status: 'stopped', samples: 1 }),
    description: 'stopped · samples · 1 sample · 2026-11-21 00:37',
    contextValue: 'run.stopped.samples',
    icon: 'debug-pause',
  },
  {
    name: 'an interrupted run before its first epoch',
    entry: idleEntry({ ...unfinished, status: 'interrupted', lastEpoch: undefined }),
    description: 'interrupted · classifier · 2026-11-21 00:37',
    contextValue: 'run.interrupted',
    icon: 'warning',
  },
  {
    name: 'a failed run',
    entry: idleEntry({ ...unfinished, status: 'failed', problem: 'The loss is not a number.' }),
    description: 'failed · The loss is not a number. · 2026-11-21 00:37',
    contextValue: 'run.failed',
    icon: 'error',
  },
  {
    name: 'a job that failed before it had a folder',
    entry: { key: 'job-1', state: 'idle', job: JOB, problem: 'The archive is damaged.' },
    description: 'failed · The archive is damaged.',
    contextValue: 'run.failed',
    icon: 'error',
  },
  {
    name: 'an unreadable run',
    entry: {
      key: FOLDER,
      state: 'idle',
      summary: {
        folder: FOLDER,
        id: 'x',
        status: 'unreadable',
        problem: `${FOLDER}/run.json has format 9.`,
        isElsewhere: false,
        samples: 0,
      },
    },
    description: 'unreadable · run.json has format 9.',
    contextValue: 'run.unreadable',
    icon: 'question',
  },
];

describe('presentRun', () => {
  for (const { name, entry, isHeld = false, description, contextValue, icon } of CASES) {
    test(name, () => {
      const shown = presentRun(entry, isHeld);
      assert.deepEqual(
        { description: shown.description, contextValue: shown.contextValue, icon: shown.icon.id },
        { description, contextValue, icon },
      );
    });
  }

  test('is called after dataset and method, before and after it has a folder', () => {
    assert.equal(presentRun(runningEntry(), false).label, 'breastmnist · mi');
    assert.equal(presentRun(idleEntry(), false).label, 'breastmnist · mi');
    const folder: RunEntry = { key: 'k', state: 'queued', job: { ...JOB, datasetPath: '/w/scans.v2' } };
    assert.equal(presentRun(folder, false).label, 'scans.v2 · mi');
    const unlisted: RunEntry = { key: FOLDER, state: 'queued', job: { kind: 'resume', run: FOLDER } };
    assert.equal(presentRun(unlisted, false).label, '20261121-003700-breastmnist-mi');
  });

  test('says the status in words to who does not see the icon', () => {
    const label = (entry: RunEntry): string => presentRun(entry, false).accessibleLabel;
    assert.equal(label(idleEntry()), 'breastmnist, mi: finished, 64 samples, AUC 0.907, 2026-11-21 00:37');
    assert.match(label(runningEntry()), /^breastmnist, mi: running, classifier, epoch 3,/);
    assert.match(label(idleEntry({ status: 'stopped' })), /^breastmnist, mi: stopped, samples,/);
  });
});

describe('the tooltip', () => {
  const tooltip = (entry: RunEntry): string => presentRun(entry, false).tooltip.replaceAll('\\', '');

  test('has what the run was made with, and where it lies', () => {
    const text = tooltip(idleEntry());
    for (const row of [
      '| Status | finished |',
      '| Preset | quick |',
      '| Method | mi |',
      '| Samples | 64 samples |',
      '| AUC | 0.907 on the validation images, epoch 9 |',
      '| Seed | 1 |',
      '| Device | cpu |',
      '| Classes | 2: malignant, benign |',
      '| Image size | 28 × 28 px |',
      '| Started | 2026-11-21 00:37 |',
      '| Time spent | 1 min 32 s |',
      `| Folder | ${FOLDER} |`,
    ]) {
      assert.ok(text.includes(`\n${row}`), `${row} is not in\n${text}`);
    }
  });

  test('says what went wrong, and leaves a problem of the past to the past', () => {
    const problem = 'The loss is not a number. Take a lower learning rate.';
    assert.ok(tooltip(idleEntry({ status: 'failed', problem })).includes(`\n${problem}\n`));
    assert.ok(!tooltip(idleEntry({}, { problem })).includes(problem));
  });

  test('names the process that holds a run of another window', () => {
    const lockedBy = { pid: 4242, hostname: 'reading-room' };
    const text = tooltip(idleEntry({ status: 'running', isElsewhere: true, lockedBy }));
    assert.ok(text.includes('| In use by | process 4242 on reading-room; read-only here |'), text);
  });

  test('takes no name for Markdown', () => {
    const dataset = { ...exampleSummary().dataset!, classNames: ['a|b', '[x](command:y)', '<img>', '**z**'] };
    const text = presentRun(idleEntry({ dataset }), false).tooltip;
    assert.ok(
      text.includes('a\\|b, \\[x\\]\\(command:y\\), &lt;img&gt;, \\*\\*z\\*\\*'),
      `Names are not escaped in\n${text}`,
    );
  });
});

describe('presentStages', () => {
  const lines = (entry: RunEntry): string[] =>
    presentStages(entry).map(({ label, description, icon }) => `${icon} ${label} ${description}`.trim());

  test('of a run that trains: what is done, what goes on, and what is to come', () => {
    assert.deepEqual(
      lines(runningEntry({}, { summary: exampleSummary({ status: 'running', samples: 0 }) })),
      [
        'check Dataset 2 classes · 28 px',
        'check Autoencoder done',
        'sync~spin Classifier 43 % · epoch 3 · loss 0.412 · AUC 0.871 · 2 min left',
        'circle-outline Samples',
      ],
    );
  });

  test('of a finished run: what came out', () => {
    assert.deepEqual(lines(idleEntry()), [
      'check Dataset 2 classes · 28 px',
      'check Autoencoder done',
      'check Classifier best epoch 9 · AUC 0.907',
      'check Samples 64 samples',
    ]);
  });

  test('of a run that failed: where', () => {
    assert.deepEqual(lines(idleEntry({ ...unfinished, status: 'failed' })).slice(1), [
      'check Autoencoder done',
      'error Classifier failed here',
      'circle-outline Samples',
    ]);
  });

  test('are only those that the run has', () => {
    const job = { ...JOB, choices: { ...JOB.choices, method: 'baseline', count: 0 } } as const;
    assert.deepEqual(lines({ key: 'k', state: 'queued', job, ahead: 1 }), [
      'circle-outline Dataset /w/breastmnist.npz',
      'circle-outline Classifier',
    ]);
  });

  test('are none where nothing is known', () => {
    assert.deepEqual(lines({ key: 'k', state: 'queued', job: { kind: 'resume', run: FOLDER } }), []);
  });
});
