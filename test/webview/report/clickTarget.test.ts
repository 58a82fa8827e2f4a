import assert from 'node:assert/strict';
import { test } from 'node:test';

import { reportSections } from '../../../src/report/sections/reportSections.ts';
import { clickTarget, confusionKey } from '../../../webview/report/clickTarget.ts';
import { exampleReport } from './exampleReport.ts';

const page = reportSections(exampleReport({ finished: 2 }), { isInteractive: true })
  .map(({ html }) => html)
  .join('\n');

test('the cells of the report’s confusion matrices lead to the images of the right row', () => {
  const report = exampleReport({ finished: 2 });
  const found = [...page.matchAll(/data-confusion="([^"]*)"/g)].map(([, confusion]) =>
    clickTarget({ confusion }),
  );
  const wanted = report.rows.flatMap(({ confusion }, row) =>
    confusion.map(({ truth, predicted }) => ({ kind: 'confusion', place: { row, truth, predicted } })),
  );
  assert.deepEqual(found, wanted);
});

test('the runs that the report names are cells of the experiment', () => {
  const named = [...page.matchAll(/data-run="([^"]*)"/g)].map(([, run]) => clickTarget({ run }));
  const cells = exampleReport().rows.flatMap((row) => row.cells.map(({ id }) => id));
  assert.ok(named.length > 0);
  for (const target of named) assert.ok(target?.kind === 'run' && cells.includes(target.cell));
});

test('a place is found again by its key, and other attributes lead nowhere', () => {
  const place = { row: 1, truth: 0, predicted: 12 };
  assert.deepEqual(clickTarget({ confusion: confusionKey(place) }), { kind: 'confusion', place });
  assert.equal(clickTarget({}), undefined);
  assert.equal(clickTarget({ confusion: '1:2' }), undefined);
});

test('no name of a class or a dataset becomes an element of the page', () => {
  assert.ok(page.includes('&lt;b&gt;malignant'));
  assert.ok(!page.includes('<b>malignant'));
});

test('nothing in the sections needs what the policy of the page forbids', () => {
  assert.doesNotMatch(page, /<(style|script|img|iframe|link)\b|\sstyle=|\son\w+=/i);
});
