import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  classActivationMap,
  projectLayer,
  type LayerActivation,
} from '../../src/explain/classActivationMap.ts';
import { SALIENCY_METHODS, SALIENCY_SIGNS } from '../../src/protocol/explanations.ts';
import { Draw } from '../support/draw.ts';

const SIDE = 4;
const PLACES = SIDE * SIDE;
const SIZE = { width: SIDE, height: SIDE };
const OUTPUT = { width: 11, height: 9 };

function layerOf(
  activations: readonly (readonly number[])[],
  gradients: readonly (readonly number[])[],
): LayerActivation {
  return {
    activations: Float64Array.from(activations.flat()),
    gradients: Float64Array.from(gradients.flat()),
    features: activations.length,
    size: SIZE,
  };
}

/** Blobs at random places, with a gradient a channel that is the same everywhere, as pooling and a linear layer give. */
function drawBlobs(name: string, features: number): LayerActivation {
  const draw = new Draw(name);
  const [activations, gradients]: [number[][], number[][]] = [[], []];
  for (let channel = 0; channel < features; channel++) {
    const [x, y, height, gradient] = [
      ...draw.uniform([2], 0, SIDE - 1).data,
      draw.uniform([1], 0.2, 2).data[0],
      draw.normal([1]).data[0],
    ];
    const blob = (place: number): number =>
      height * Math.exp(-0.5 * (((place % SIDE) - x) ** 2 + (Math.floor(place / SIDE) - y) ** 2));
    activations.push(Array.from({ length: PLACES }, (_, place) => blob(place)));
    gradients.push(new Array<number>(PLACES).fill(gradient));
  }
  return layerOf(activations, gradients);
}

/** sum_c G_c A_c at each place. */
function evidenceOf({ activations, gradients, features }: LayerActivation): number[] {
  return Array.from({ length: PLACES }, (_, place) => {
    let total = 0;
    for (let channel = 0; channel < features; channel++) {
      total += activations[channel * PLACES + place] * gradients[channel * PLACES + place];
    }
    return total;
  });
}

function innerProduct(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((total, value, index) => total + value * b[index], 0);
}

for (const method of ['eigengradcam', 'eigencam'] as const) {
  test(`${method}: evidence never speaks against the class, and raw does in about half of all cases`, () => {
    let against = 0;
    for (let draw = 0; draw < 200; draw++) {
      const layer = drawBlobs(`blobs ${draw}`, 64);
      const evidence = evidenceOf(layer);
      const raw = projectLayer(layer, { method, sign: 'raw' });
      const oriented = projectLayer(layer, { method, sign: 'evidence' });
      assert.ok(innerProduct(oriented, evidence) >= 0, `draw ${draw}`);
      const isTurned = innerProduct(raw, evidence) < 0;
      assert.deepEqual(
        oriented,
        isTurned ? raw.map((value) => -value) : raw,
        `draw ${draw}: only the sign differs`,
      );
      if (isTurned) against++;
    }
    assert.ok(against > 60 && against < 140, `${against} of 200`);
  });
}

const blob = Array.from({ length: PLACES }, (_, place) => (place === 5 ? 3 : place === 6 ? 1 : 0));
const flat = (value: number): number[] => new Array<number>(PLACES).fill(value);

for (const method of SALIENCY_METHODS) {
  test(`${method}: a blob that speaks for the class is what the map marks`, () => {
    const map = classActivationMap(layerOf([blob], [flat(0.5)]), { method, sign: 'evidence' }, SIZE);
    assert.equal(map.indexOf(Math.max(...map)), 5);
    assert.ok(Math.abs(map[5] - 1) < 1e-6);
    assert.equal(map[0], 0);
  });

  test(`${method}: a blob that speaks against the class is what the map leaves out`, () => {
    const map = classActivationMap(layerOf([blob], [flat(-0.5)]), { method, sign: 'evidence' }, SIZE);
    assert.equal(map[5], 0);
    // Grad-CAM knows no place where nothing is better than the mean of all.
    assert.ok(method === 'gradcam' ? map.every((value) => value === 0) : Math.abs(map[0] - 1) < 1e-6);
  });

  for (const sign of SALIENCY_SIGNS) {
    test(`${method}, ${sign}: maps lie in [0, 1], reach 1, and are the same for the same layer`, () => {
      for (let draw = 0; draw < 20; draw++) {
        const layer = drawBlobs(`range ${draw}`, draw % 2 === 0 ? 40 : 3);
        const map = classActivationMap(layer, { method, sign }, OUTPUT);
        assert.equal(map.length, OUTPUT.width * OUTPUT.height);
        assert.ok(map.every((value) => value >= 0 && value <= 1));
        assert.ok(Math.max(...map) > 1 - 1e-6 || map.every((value) => value === 0));
        assert.deepEqual(classActivationMap(layer, { method, sign }, OUTPUT), map);
      }
    });

    test(`${method}, ${sign}: of a layer without content the map is 0 everywhere`, () => {
      for (const layer of [layerOf([flat(0)], [flat(1)]), layerOf([flat(0), flat(0)], [flat(0), flat(0)])]) {
        assert.deepEqual(
          [...classActivationMap(layer, { method, sign }, OUTPUT)],
          new Array<number>(OUTPUT.width * OUTPUT.height).fill(0),
        );
      }
    });

    test(`${method}, ${sign}: what is not a number counts as 0`, () => {
      const broken = layerOf([[...blob.slice(0, 15), NaN], flat(1)], [flat(1), flat(NaN)]);
      const mended = layerOf([[...blob.slice(0, 15), 0], flat(1)], [flat(1), flat(0)]);
      const how = { method, sign };
      assert.deepEqual(classActivationMap(broken, how, OUTPUT), classActivationMap(mended, how, OUTPUT));
    });
  }
}

test('Eigen-CAM without gradients keeps the raw sign: nothing speaks for or against', () => {
  const layer = layerOf([blob, flat(1)], [flat(0), flat(0)]);
  assert.deepEqual(
    projectLayer(layer, { method: 'eigencam', sign: 'evidence' }),
    projectLayer(layer, { method: 'eigencam', sign: 'raw' }),
  );
});

test("Grad-CAM's sign is its own: it is not turned even where it disagrees with the evidence", () => {
  // The mean of the gradient is positive, yet negative where the activation is.
  const gradient = Array.from({ length: PLACES }, (_, place) => (blob[place] > 0 ? -1 : 1));
  const layer = layerOf([blob], [gradient]);
  const map = projectLayer(layer, { method: 'gradcam', sign: 'evidence' });
  assert.ok(innerProduct(map, evidenceOf(layer)) < 0);
  assert.deepEqual(map, projectLayer(layer, { method: 'gradcam', sign: 'raw' }));
});
