import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { reportHtml } from '../../src/report/reportHtml.ts';
import { reportSections } from '../../src/report/sections/reportSections.ts';
import { sampleReport } from './sampleReport.ts';

const HOSTILE = `"><script>alert('x')</script><img src=x onerror=alert(1)>&amp;`;

describe('the file', () => {
  const text = reportHtml(sampleReport());

  test('needs nothing else, and forbids itself to ask for it', () => {
    assert.ok(text.startsWith('<!DOCTYPE html>'));
    assert.ok(text.includes(`content="default-src 'none'; style-src 'unsafe-inline'"`));
    for (const part of [
      /<script/i,
      /<link/i,
      /<img/i,
      /@import/,
      /url\(/,
      /https?:/,
      /\son\w+=/,
      /\sstyle=/,
    ]) {
      assert.doesNotMatch(text, part);
    }
  });

  test('has headings, captions, scopes and descriptions for those who do not see it', () => {
    assert.match(text, /<th\s+scope="col"/);
    assert.match(text, /<th scope="row"/);
    assert.match(text, /scope="colgroup"/);
    assert.match(text, /<caption>\s*Accuracy, ResNet-18\s*<\/caption>/);
    const charts = text.match(/<svg\s+class="chart"[^>]*role="img"/g) ?? [];
    assert.equal(charts.length, 4 + 3, 'two kinds by two metrics, and three learning curves');
    assert.equal(text.match(/<title>/g)!.length, 1 + charts.length);
    assert.equal(text.match(/<desc>/g)!.length, charts.length);
    assert.match(text, /<desc>\s*baseline: from 73\.1 to 53\.1; entropy: from 75\.0 to 55\.0/);
  });

  test('lists the test images behind mistakes by their positions, and has no buttons', () => {
    assert.match(text, /benign taken for malignant<\/dt>\s*<dd>4 \(3 seeds\), 9<\/dd>/);
    assert.ok(!text.includes('<button'));
    assert.ok(!text.includes('data-confusion'));
  });

  test('balances its tags', () => {
    for (const tag of [
      'section',
      'table',
      'tr',
      'td',
      'th',
      'svg',
      'details',
      'div',
      'p',
      'ul',
      'li',
      'figure',
      'g',
    ]) {
      const opened = text.match(new RegExp(`<${tag}[\\s>]`, 'g'))?.length;
      assert.equal(opened, text.match(new RegExp(`</${tag}\\s*>`, 'g'))?.length, tag);
    }
  });
});

test('on a page, counts and runs are buttons that name what they stand for', () => {
  const sections = reportSections(sampleReport(), { isInteractive: true });
  const text = sections.map(({ html }) => html).join('');
  assert.match(text, /<button\s+type="button"\s+data-confusion="2:0:1">\s*7\s*<\/button/);
  assert.match(text, /<button\s+type="button"\s+class="link"\s+data-run="mi-2">/);
  assert.ok(!text.includes('data-confusion="0:1:0"'), 'an empty cell is no button');
  assert.ok(!text.includes(' style='), 'which the policy of a page would not apply');
  assert.deepEqual(
    sections.map(({ id }) => id),
    [
      'overview',
      'warnings',
      'results',
      'entropy',
      'differences',
      'robustness',
      'learning',
      'confusion',
      'settings',
    ].map((name) => `report-${name}`),
  );
});

test('every text of a report is escaped, wherever it stands', () => {
  const base = sampleReport();
  const hostile = sampleReport({
    ...{ title: HOSTILE, description: HOSTILE, device: HOSTILE, yaml: HOSTILE, warnings: [HOSTILE] },
    datasets: base.datasets.map((dataset) => ({
      ...dataset,
      ...{ name: HOSTILE, task: HOSTILE, majorityClass: HOSTILE, classNames: [HOSTILE, HOSTILE] },
    })),
    rows: base.rows.map((row, index) => ({
      ...row,
      ...{ dataset: HOSTILE, arm: `${HOSTILE}${index}` },
      setup: { ...row.setup, mix: 'synthetic' as const, pool: HOSTILE, pretrained: HOSTILE },
      cells: row.cells.map((cell) => ({ ...cell, id: HOSTILE, error: HOSTILE })),
      confusion: row.confusion.map((cell) => ({
        ...cell,
        images: cell.images.map((image) => ({ ...image, file: HOSTILE })),
      })),
    })),
    entropy: base.entropy.map((one) => ({ ...one, dataset: HOSTILE })),
  });
  for (const isInteractive of [true, false]) {
    const sections = reportSections(hostile, { isInteractive }).map(({ html }) => html);
    for (const text of [...sections, ...(isInteractive ? [] : [reportHtml(hostile)])]) {
      assert.doesNotMatch(text, /<script|<img/i);
      // No quote of it is left to end an attribute with, and no entity that it has itself.
      assert.ok(!text.includes(`alert('x')`));
      assert.ok(!text.includes(`">&amp;`) && text.includes('&gt;&amp;amp;'));
    }
  }
});
