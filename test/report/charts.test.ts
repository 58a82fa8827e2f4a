import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { intervalMark } from '../../src/report/charts/intervalMark.ts';
import { CHART, lineChart, type ChartSpec } from '../../src/report/charts/lineChart.ts';
import { seriesStyle } from '../../src/report/charts/seriesStyle.ts';

const { width, height, left, right, top, bottom } = CHART;

const SPEC: ChartSpec = {
  ...{ title: 'A title', description: 'What is in it', xLabel: 'sigma', yLabel: 'accuracy' },
  ...{ xDomain: [0, 0.5], yDomain: [0, 100], xTicks: [0, 0.01, 0.5], references: [{ y: 50, label: 'half' }] },
  series: [
    {
      style: 1,
      points: [
        [0, 100],
        [0.25, 50],
        [0.5, 0],
      ],
      band: [
        [0, 90, 100],
        [0.5, 0, 20],
      ],
    },
  ],
};

function numbers(text: string): number[] {
  return (text.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
}

describe('a line chart', () => {
  const { text } = lineChart(SPEC);

  test('has its points where they must be', () => {
    const path = /<path\s+class="line"\s+d="([^"]+)"/.exec(text)![1];
    const middle = [(left + width - right) / 2, (top + height - bottom) / 2];
    const expected = [left, top, ...middle, width - right, height - bottom];
    assert.equal(numbers(path).length, 6);
    for (const [index, value] of numbers(path).entries()) {
      assert.ok(Math.abs(value - expected[index]) <= 0.1, `${value}, not ${expected[index]}`);
    }
    const markers = [...text.matchAll(/transform="translate\(([^)]+)\)"/g)]
      .slice(0, 3)
      .map(([, at]) => numbers(at));
    assert.deepEqual(markers[0], [left, top]);
    assert.deepEqual(markers[2], [width - right, height - bottom]);
  });

  test('has its band between the lowest and the highest seed', () => {
    const path = /<path\s+class="band series series-1"\s+d="([^"]+)"/.exec(text)![1];
    const scale = (share: number): number => height - bottom - share * (height - bottom - top);
    const expected = [
      ...[left, scale(1), width - right, scale(0.2)],
      ...[width - right, scale(0), left, scale(0.9)],
    ];
    for (const [index, value] of numbers(path).entries()) {
      assert.ok(Math.abs(value - expected[index]) <= 0.1, `${value}, not ${expected[index]}`);
    }
  });

  test('leaves out labels that would touch, but no ticks', () => {
    assert.equal(text.match(/<line\s+class="tick"/g)!.length, 3);
    const labels = [
      ...text.matchAll(/<text\s+class="tick"[^>]*text-anchor="middle"[^>]*>\s*([\d.]+)\s*</g),
    ].map(([, label]) => label);
    assert.deepEqual(labels, ['0', '0.5']);
  });

  test('draws a line to compare with at its height', () => {
    const at = /<line\s+class="reference"[^>]*y1="([\d.]+)"/.exec(text)![1];
    assert.equal(Number(at), (top + height - bottom) / 2);
  });

  test('cuts values beyond its frame off', () => {
    const wild = lineChart({
      ...SPEC,
      series: [
        {
          style: 0,
          points: [
            [0, 500],
            [0.5, -3],
          ],
        },
      ],
    });
    const path = /<path\s+class="line"\s+d="([^"]+)"/.exec(wild.text)![1];
    assert.deepEqual(numbers(path), [left, top, width - right, height - bottom]);
  });
});

test('arms are told apart by dashes and markers, not by colour alone', () => {
  const looks = Array.from({ length: 30 }, (_, index) => seriesStyle(index));
  assert.equal(new Set(looks.slice(0, 5).map(({ dashes }) => dashes)).size, 5);
  assert.equal(new Set(looks.slice(0, 7).map(({ marker }) => marker)).size, 7);
  assert.equal(new Set(looks.map(({ dashes, marker }) => dashes + marker)).size, 30);
});

test('an interval is drawn around its mean, on a line that has zero where all others have it', () => {
  const draw = (mean: number): string =>
    intervalMark({
      mean,
      inner: { low: mean - 0.1, high: mean + 0.1 },
      outer: { low: mean - 0.2, high: mean + 0.2 },
      extent: { low: -1, high: 1 },
    }).text;
  const zeroOf = (text: string): string => /class="zero"\s+x1="([^"]+)"/.exec(text)![1];
  const centreOf = (text: string): number => Number(/<circle\s+cx="([^"]+)"/.exec(text)![1]);
  assert.equal(zeroOf(draw(0.5)), zeroOf(draw(-0.5)));
  assert.equal(centreOf(draw(0)), Number(zeroOf(draw(0.5))));
  assert.ok(centreOf(draw(-0.5)) < centreOf(draw(0.5)));
});
