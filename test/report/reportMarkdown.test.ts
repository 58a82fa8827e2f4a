import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { reportMarkdown } from '../../src/report/reportMarkdown.ts';
import { difference, sampleReport } from './sampleReport.ts';

function section(text: string, title: string): string {
  const start = text.indexOf(`\n## ${title}`);
  assert.ok(start >= 0, `there is a section ${title}`);
  const end = text.indexOf('\n## ', start + 1);
  return text.slice(start, end < 0 ? undefined : end);
}

describe('a report as Markdown', () => {
  const text = reportMarkdown(sampleReport());

  test('has the paper’s first table, with the majority rate beside every accuracy', () => {
    const results = section(text, 'Results');
    assert.ok(
      results.includes(
        '| dataset | labels seen | majority rate | clean: baseline | clean: entropy | clean: mi | noise σ 0.12: baseline |',
      ),
      results,
    );
    assert.ok(
      results.includes(
        '| scans | 1 % | 73.0 | 73.1 ± 1.0 | 75.0 ± 1.0 | 80.0 ± 1.0 ▲ | 53.1 ± 1.0 | 55.0 ± 1.0 | 60.0 ± 1.0 ▲ | 53.1 ± 1.0 † |',
      ),
      results,
    );
    assert.ok(results.includes('† In at least one seed all test images were predicted as one class.'));
    assert.match(results, /### AUC, ResNet-18\n\n.*\n.*\n\| scans \| 1 % \| 0\.781 ± 0\.010 \|/);
    assert.match(results, /### Balanced accuracy/);
  });

  test('has the second table with the difference in words', () => {
    const table = section(text, 'Mutual information against entropy');
    assert.ok(
      table.includes(
        '| scans | 1 % | ResNet-18 | 0.800 ± 0.010 | 0.850 ± 0.010 | +0.050 | +0.010 to +0.090 | Better than entropy by 0.050 of AUC. |',
      ),
      table,
    );
  });

  test('says of each difference what its interval allows', () => {
    const differences = section(text, 'Differences to the first arm');
    assert.match(
      differences,
      /\| scans \| 1 % \| entropy \| clean \| \+5\.0 \| .* \| \+1\.0 to \+9\.0 \| 3 \| Inside the interval: no difference shown\. \|/,
    );
    assert.match(
      differences,
      /\| scans \| 1 % \| mi \| clean \| \+10\.0 \| .* Better than baseline by 10\.0 points\. \|/,
    );
    assert.ok(differences.includes('1000 resamples'));
  });

  test('puts warnings before the results, and the file, seeds, device and hours into it', () => {
    assert.ok(text.indexOf('Few seeds') < text.indexOf('## Results'));
    for (const part of [
      '- **Seeds**: 0, 1, 2',
      '- **Hours**: 2.25 h',
      'a processor, 2 threads',
      'ONNX Runtime 1.23.0',
    ]) {
      assert.ok(text.includes(part), part);
    }
    assert.ok(text.includes('```yaml\ntitle: Sample study # a comment\n```'));
  });

  test('has the confusion matrix and the numbers of the curves', () => {
    assert.ok(section(text, 'Confusion matrices').includes('| benign | 20 | 7 |'));
    assert.match(
      section(text, 'Robustness'),
      /\| baseline \| 73\.1 ± 1\.0 \| 53\.1 ± 1\.0 \| 53\.1 ± 1\.0 \|/,
    );
  });
});

describe('tables are there only where their arms are', () => {
  test('no second table without entropy, no training sets without a pool', () => {
    const text = reportMarkdown(sampleReport({ entropy: [] }));
    assert.ok(!text.includes('## Mutual information'));
    assert.ok(!text.includes('## Training sets'));
  });

  test('the deck’s table has training sets as rows and architecture with pretraining as columns', () => {
    const { rows } = sampleReport();
    const [baseline] = rows;
    const pretrained = {
      ...baseline,
      arm: 'baseline, ImageNet',
      setup: { ...baseline.setup, pretrained: 'imagenet' },
    };
    const mixed = {
      ...rows[2],
      ...{ arm: '+ curated', trainedOn: { real: 40, synthetic: 80 } },
      setup: { ...baseline.setup, mix: 'real-and-synthetic' as const, pool: 'curated', ratio: 2 },
    };
    const text = section(
      reportMarkdown(sampleReport({ rows: [baseline, pretrained, mixed] })),
      'Training sets',
    );
    assert.ok(
      text.includes(
        'ResNet-18, from scratch: accuracy | ResNet-18, from scratch: AUC | ResNet-18, imagenet: accuracy',
      ),
      text,
    );
    assert.ok(
      text.includes('| real | 40 : 0 | 73.1 ± 1.0 | 0.781 ± 0.010 | 73.1 ± 1.0 | 0.781 ± 0.010 |'),
      text,
    );
    assert.ok(
      text.includes(
        '| real + synthetic 200 % (curated) | 40 : 80 | 80.0 ± 1.0 ▲ | 0.850 ± 0.010 ▲ | – | – |',
      ),
      text,
    );
    assert.ok(text.includes('73.0 %'), 'the majority rate is said');
  });

  test('nothing finished gives no tables of results, and no error', () => {
    const rows = sampleReport().rows.map((row) => ({
      ...row,
      ...{ conditions: [], confusion: [], curves: [], trainedOn: null },
      cells: row.cells.map((cell) => ({ ...cell, status: 'missing' as const, seconds: 0 })),
    }));
    const text = reportMarkdown(sampleReport({ rows, entropy: [] }));
    assert.ok(!text.includes('## Results'));
    assert.ok(text.includes('- **Cells**: 0 of 9 finished'));
  });
});

test('many arms get a row each instead of a column', () => {
  const { rows } = sampleReport();
  const more = rows.map((row) => ({ ...row, arm: `${row.arm} 2` }));
  const results = section(reportMarkdown(sampleReport({ rows: [...rows, ...more] })), 'Results');
  assert.ok(
    results.includes('| scans | 1 % | mi 2 | 73.0 | 80.0 ± 1.0 ▲ | 60.0 ± 1.0 ▲ | 60.0 ± 1.0 ▲ |'),
    results,
  );
});

test('means over fewer seeds than planned say so', () => {
  const rows = sampleReport().rows.map((row) => ({
    ...row,
    cells: row.cells.map((cell, index) => ({
      ...cell,
      status: index === 2 ? ('failed' as const) : cell.status,
    })),
  }));
  assert.ok(reportMarkdown(sampleReport({ rows })).includes('| 73.1 ± 1.0 (2) |'));
});

test('hostile names cannot make markup, break a table or end the code block', () => {
  const [dataset] = sampleReport().datasets;
  const name = 'a|b <script>alert(1)</script> [x](y) `z`\n# heading';
  const rows = sampleReport().rows.map((row) => ({ ...row, dataset: name }));
  const report = sampleReport({
    ...{ title: name, rows, datasets: [{ ...dataset, name }], entropy: [] },
    yaml: '```\n# not a heading\n````',
  });
  const text = reportMarkdown(report);
  assert.ok(!/(?<!\\)<script/.test(text), 'every < has a backslash before it');
  assert.ok(!text.includes('\n# heading'));
  const line = text.split('\n').find((one) => one.includes('a\\|b') && one.includes('73.1'))!;
  assert.equal(
    line.split(/(?<!\\)\|/).length,
    text
      .split('\n')
      .find((one) => one.startsWith('| dataset'))!
      .split('|').length,
  );
  assert.ok(text.includes('`````yaml\n```\n# not a heading\n````\n`````'));
});

test('one pair of seeds has no interval over seeds', () => {
  const [row] = sampleReport().rows.filter(({ arm }) => arm === 'mi');
  const conditions = row.conditions.map((summary): typeof summary => {
    const one = { ...difference(0.1, 'untested'), pairs: 1 };
    const accuracy = { ...summary.metrics.accuracy, difference: one };
    return { ...summary, metrics: { ...summary.metrics, accuracy } };
  });
  const rows = sampleReport().rows.map((other) => (other.arm === 'mi' ? { ...other, conditions } : other));
  const lines = reportMarkdown(sampleReport({ rows })).split('\n');
  const single = lines.filter((line) => line.includes('one seed in common'));
  assert.ok(single.length > 0);
  for (const line of single) assert.match(line, /\| \+10\.0 \| – \| [^|]+ \| 1 \| Not tested/);
});
