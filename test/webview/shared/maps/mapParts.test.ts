import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { differenceScale, saliencyScale } from '../../../../src/color/mapLook.ts';
import { curvePoints, describeCurve } from '../../../../webview/shared/maps/curveShape.ts';
import { legendRow } from '../../../../webview/shared/maps/legendRow.ts';
import { INITIAL_MAP_STATE } from '../../../../webview/shared/maps/mapState.ts';
import { formatMapValue } from '../../../../webview/shared/maps/mapWords.ts';
import { planarImage } from '../../../../webview/shared/maps/planarImage.ts';

const { saliencyLook, differenceLook } = INITIAL_MAP_STATE;

function drawnSteps(row: Uint8ClampedArray): number[] {
  return Array.from({ length: row.length / 4 }, (_, step) => step).filter((step) => row[4 * step + 3] > 0);
}

describe('the bar of a legend', () => {
  test('has all colours of the map, opaque', () => {
    const scale = saliencyScale(saliencyLook);
    assert.deepEqual(legendRow(scale), new Uint8ClampedArray(scale.colors));
  });

  test('leaves out what the map leaves out', () => {
    const saliency = drawnSteps(legendRow(saliencyScale({ ...saliencyLook, threshold: 0.75 })));
    assert.deepEqual([saliency[0], saliency.at(-1), saliency.length], [192, 256, 65]);
    const narrow = drawnSteps(
      legendRow(saliencyScale({ ...saliencyLook, range: [0.5, 1], threshold: 0.75 })),
    );
    assert.equal(narrow[0], 128);
    const look = { ...differenceLook, range: 0.5, threshold: 0.25 };
    const difference = drawnSteps(legendRow(differenceScale(look, 'dark')));
    assert.deepEqual([difference.length, difference.includes(128)], [2 * 65, false]);
  });
});

describe('a curve of probabilities', () => {
  test('goes from left to right, and down as the class is lost', () => {
    assert.deepEqual(curvePoints([1, 0.5, 0]), [
      { x: 0, y: 0 },
      { x: 0.5, y: 0.5 },
      { x: 1, y: 1 },
    ]);
    assert.deepEqual(curvePoints([0.25]), [{ x: 0, y: 0.75 }]);
    // Rounding may lead beyond.
    assert.deepEqual(curvePoints([1.0000001])[0].y, 0);
  });

  test('is told in words', () => {
    const start = 'Probability of the class over 2 steps: from 0.900 to 0.400';
    assert.equal(describeCurve([0.9, 0.6, 0.4], 2), `${start}; the prediction flips at step 2.`);
    assert.equal(describeCurve([0.9, 0.6, 0.4], undefined), `${start}; the class is kept.`);
    assert.match(describeCurve([0.4], 0), /0 steps.*the plain reconstruction is predicted as another class/);
  });
});

test('a difference shows its sign, and none where it reads as zero', () => {
  assert.equal(formatMapValue('adversarial', 0.125), '+0.125');
  assert.equal(formatMapValue('adversarial', -0.0501), '−0.050');
  assert.equal(formatMapValue('adversarial', -0.0001), '0.000');
  assert.equal(formatMapValue('saliency', 0.834), '0.83');
});

test('planes become pixels of three channels, clipped and rounded', () => {
  const size = { channels: 3, width: 2, height: 1 } as const;
  const values = Float32Array.of(0, 1, 0.5, -0.2, 1.3, 0.2);
  assert.deepEqual([...planarImage(values, size).pixels], [0, 128, 255, 255, 0, 51]);
});
