import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { gradientsOf } from '../../src/engine/gradient.ts';
import { sum } from '../../src/engine/ops/sum.ts';
import { floatTensor, intTensor, type HostTensor } from '../../src/engine/tensor.ts';
import {
  nearestCodes,
  perplexity,
  quantize,
  updateCodebook,
  type CodebookRules,
} from '../../src/models/vectorQuantizer.ts';
import { Draw } from '../support/draw.ts';
import { inputLike } from '../support/inPrecision.ts';
import { runOnce } from '../support/runGraph.ts';

const reference = new ReferenceDevice();

const rowOf = ({ data, shape }: HostTensor, row: number): number[] =>
  Array.from(data.slice(row * shape[1], (row + 1) * shape[1]));

test('every latent gets the code at the smallest distance', async () => {
  const draw = new Draw('nearest');
  const [rows, codebook] = [draw.normal([40, 3], { mean: 2 }), draw.normal([11, 3], { mean: 2 })];
  const { codes } = await runOnce(
    reference,
    (g) => ({ codes: nearestCodes(inputLike(g, 'rows', rows), inputLike(g, 'codebook', codebook)) }),
    { rows, codebook },
  );
  codes.data.forEach((code, row) => {
    const distances = Array.from({ length: 11 }, (_, candidate) =>
      Math.hypot(...rowOf(rows, row).map((value, axis) => value - rowOf(codebook, candidate)[axis])),
    );
    assert.equal(code, distances.indexOf(Math.min(...distances)));
  });
});

test('quantised latents are codes, in their places, and take no gradient from the latents', async () => {
  const draw = new Draw('quantize');
  const [latents, codebook] = [draw.normal([2, 3, 2, 4]), draw.normal([6, 3])];
  const { quantized, codes, ofLatents } = await runOnce(
    reference,
    (g) => {
      const z = inputLike(g, 'latents', latents);
      const result = quantize(z, inputLike(g, 'codebook', codebook));
      return { ...result, ofLatents: gradientsOf(sum(result.quantized), [z])[0] };
    },
    { latents, codebook },
  );
  assert.deepEqual(quantized.shape, latents.shape);
  codes.data.forEach((code, position) => {
    const [image, place] = [Math.floor(position / 8), position % 8];
    const vector = [0, 1, 2].map((channel) => quantized.data[(image * 3 + channel) * 8 + place]);
    assert.deepEqual(vector, rowOf(codebook, code));
  });
  assert.ok(ofLatents.data.every((value) => value === 0));
});

test('perplexity counts the codes in use', async () => {
  const of = async (codes: readonly number[]): Promise<number> => {
    const tensor = intTensor([codes.length], codes);
    const { value } = await runOnce(
      reference,
      (g) => ({ value: perplexity(inputLike(g, 'codes', tensor), 8) }),
      {
        codes: tensor,
      },
    );
    return value.data[0];
  };
  assert.ok(Math.abs((await of([3, 3, 3, 3])) - 1) < 1e-8);
  assert.ok(Math.abs((await of([0, 1, 2, 3])) - 4) < 1e-8);
  assert.ok(Math.abs((await of([0, 1, 2, 3, 4, 5, 6, 7])) - 8) < 1e-8);
});

const RULES: CodebookRules = { decay: 0.9, deadBelow: 0.5 };

interface Quantizer {
  codebook: HostTensor;
  clusterSize: HostTensor;
  codeSum: HostTensor;
}

/** Assigns the rows to their nearest codes and updates; dead codes take the rows at `replacements`. */
async function update(
  { codebook, clusterSize, codeSum }: Quantizer,
  rows: HostTensor,
  step: number,
  replacements: readonly number[],
  rules = RULES,
): Promise<Quantizer & { codes: HostTensor }> {
  const inputs = {
    book: codebook,
    size: clusterSize,
    total: codeSum,
    rows,
    correction: floatTensor([], Float64Array.of(1 - rules.decay ** step)),
    replacements: intTensor([replacements.length], replacements),
  };
  const results = await runOnce(
    reference,
    (g) => {
      const latents = inputLike(g, 'rows', rows);
      const codes = nearestCodes(latents, inputLike(g, 'book', codebook));
      const averages = {
        clusterSize: inputLike(g, 'size', clusterSize),
        codeSum: inputLike(g, 'total', codeSum),
      };
      const correction = g.input('correction', []);
      const chosen = inputLike(g, 'replacements', inputs.replacements);
      return { ...updateCodebook(averages, latents, codes, correction, chosen, rules), codes };
    },
    inputs,
  );
  return {
    codebook: results.codebook,
    clusterSize: results.clusterSize,
    codeSum: results.codeSum,
    codes: results.codes,
  };
}

function freshQuantizer(codebook: HostTensor): Quantizer {
  const zeros = (shape: readonly number[]): HostTensor =>
    floatTensor(shape, new Float64Array(shape.reduce((a, b) => a * b)));
  return { codebook, clusterSize: zeros([codebook.shape[0]]), codeSum: zeros(codebook.shape) };
}

test('after the first update a code is the mean of its latents', async () => {
  const rows = floatTensor([4, 1], Float64Array.of(1, 2, 10, 12));
  const start = freshQuantizer(floatTensor([2, 1], Float64Array.of(0, 9)));
  const { codebook } = await update(start, rows, 1, [0, 0], { ...RULES, deadBelow: 0 });
  // Smoothing by 1e-5 moves the sizes a little.
  [1.5, 11].forEach((mean, code) => assert.ok(Math.abs(codebook.data[code] / mean - 1) < 1e-5));
});

test('a dead code is replaced by its latent, and the others are as without revival', async () => {
  const draw = new Draw('revival');
  const rows = draw.normal([30, 2]);
  // Codes 3 and 4 are too far away for any latent.
  const book = floatTensor([5, 2], Float64Array.of(0.5, 0.5, -0.5, 0.5, 0, -0.5, 100, 100, -100, 100));
  const replacements = [7, 8, 9, 10, 11];
  const revived = await update(freshQuantizer(book), rows, 1, replacements);
  const plain = await update(freshQuantizer(book), rows, 1, replacements, { ...RULES, deadBelow: 0 });
  for (const code of [0, 1, 2]) {
    assert.deepEqual(rowOf(revived.codebook, code), rowOf(plain.codebook, code));
    assert.equal(revived.clusterSize.data[code], plain.clusterSize.data[code]);
    assert.deepEqual(rowOf(revived.codeSum, code), rowOf(plain.codeSum, code));
  }
  for (const code of [3, 4]) {
    assert.deepEqual(rowOf(revived.codebook, code), rowOf(rows, replacements[code]));
    assert.ok(plain.codebook.data.every(Number.isFinite));
    // It counts as used just often enough to live.
    assert.ok(Math.abs(revived.clusterSize.data[code] / (1 - RULES.decay) - RULES.deadBelow) < 1e-12);
  }
});

test('a collapsed codebook recovers: all codes are in use after some updates', async () => {
  const draw = new Draw('collapse');
  const count = 8;
  const collapsed = floatTensor(
    [count, 2],
    Float64Array.from({ length: 2 * count }, (_, i) => (i < 2 ? 20 : 50 + i)),
  );
  const usedAfter = async (rules: CodebookRules): Promise<number> => {
    let state: Quantizer & { codes?: HostTensor } = freshQuantizer(collapsed);
    for (let step = 1; step <= 12; step++) {
      const replacements = Array.from(draw.indices([count], 64).data);
      state = await update(state, draw.normal([64, 2], { mean: 20 }), step, replacements, rules);
      assert.ok(state.codebook.data.every(Number.isFinite));
    }
    return new Set(state.codes?.data).size;
  };
  assert.equal(await usedAfter(RULES), count);
  // Without revival a code that nothing is assigned to becomes zero, far from these latents.
  assert.equal(await usedAfter({ ...RULES, deadBelow: 0 }), 1);
});
