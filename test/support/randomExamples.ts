import { gradientsOf } from '../../src/engine/gradient.ts';
import type { Value } from '../../src/engine/graph.ts';
import { conv2d } from '../../src/engine/ops/convolution.ts';
import { mul } from '../../src/engine/ops/mul.ts';
import { sum } from '../../src/engine/ops/sum.ts';
import { Draw } from './draw.ts';
import { makeExample, makeExampleOf, type OpExample } from './opExamples.ts';

/** Further shapes and forms for which the reference alone says what is right. */
export function randomExamples(): OpExample[] {
  return [
    ...randomConvolutions(),
    ...randomTransposedConvolutions(),
    ...secondDerivatives(),
    ...randomPools(),
    ...randomProducts(),
    ...randomElementwise(),
    ...randomReductions(),
    ...randomRearrangements(),
    batchNormStatistics(),
    makeExample('clip', 'random', [new Draw('clip').normal([3, 4])], { low: -0.5, high: 0.7 }),
  ];
}

const CONVOLUTION_KERNELS = [1, 1, 2, 3, 3, 3, 4, 5, 7];

function randomConvolutions(): OpExample[] {
  return numbered(20, (index) => {
    const draw = new Draw(`random conv2d ${index}`);
    const [groups, kernel, stride] = [
      draw.pick([1, 1, 2, 3]),
      draw.pick(CONVOLUTION_KERNELS),
      draw.integer(1, 3),
    ];
    // A third of them in the "same" form, which has a lowering of its own.
    const isSame = index % 3 === 0 && kernel % 2 === 1;
    const attributes = isSame
      ? { stride: 1, padding: (kernel - 1) / 2, groups }
      : { stride, padding: draw.integer(0, kernel), groups };
    const least = Math.max(1, kernel - 2 * attributes.padding);
    const sides = [least + draw.integer(0, 4), least + draw.integer(0, 4)];
    const [perGroup, outputs] = [draw.integer(1, 3), groups * draw.integer(1, 3)];
    const x = draw.normal([draw.integer(1, 3), groups * perGroup, ...sides]);
    const inputs = [x, draw.normal([outputs, perGroup, kernel, kernel])];
    if (draw.integer(0, 1) === 1) inputs.push(draw.normal([outputs]));
    return makeExample('conv2d', `random${index}-${describe({ kernel, ...attributes })}`, inputs, attributes);
  });
}

function randomTransposedConvolutions(): OpExample[] {
  return numbered(10, (index) => {
    const draw = new Draw(`random convTranspose2d ${index}`);
    const [groups, kernel, stride] = [draw.pick([1, 1, 2]), draw.integer(1, 5), draw.integer(1, 3)];
    const padding = draw.integer(0, Math.floor(kernel / 2));
    const attributes = { stride, padding, groups, outputPadding: draw.integer(0, stride - 1) };
    const [inputs, perGroup] = [groups * draw.integer(1, 3), draw.integer(1, 3)];
    const operands = [
      draw.normal([draw.integer(1, 3), inputs, draw.integer(2, 4), draw.integer(2, 4)]),
      draw.normal([inputs, perGroup, kernel, kernel]),
    ];
    return makeExample(
      'convTranspose2d',
      `random${index}-${describe({ kernel, ...attributes })}`,
      operands,
      attributes,
    );
  });
}

/** Gradients as results, so that the gradient of the gradient is checked too. */
function secondDerivatives(): OpExample[] {
  const forms = [
    { stride: 1, padding: 1, groups: 1 },
    { stride: 2, padding: 1, groups: 2 },
  ];
  return forms.map((attributes) => {
    const draw = new Draw(`second derivative ${describe(attributes)}`);
    const inputs = [draw.normal([2, 2, 5, 4]), draw.normal([2, 2 / attributes.groups, 3, 3])];
    return makeExampleOf(
      'conv2d',
      `gradients-${describe(attributes)}`,
      inputs,
      ([x, weight]: readonly Value[]) => {
        const y = conv2d(x, weight, undefined, attributes);
        return gradientsOf(sum(mul(y, mul(y, y))), [x, weight]);
      },
    );
  });
}

function randomPools(): OpExample[] {
  return numbered(6, (index) => {
    const draw = new Draw(`random pool ${index}`);
    const kernel = draw.integer(1, 4);
    const attributes = {
      kernel,
      stride: draw.integer(1, kernel + 1),
      padding: draw.integer(0, Math.floor(kernel / 2)),
    };
    const shape = [2, 2, kernel + draw.integer(0, 4), kernel + draw.integer(0, 4)];
    const variant = `random${index}-${describe(attributes)}`;
    return [
      makeExample('maxPool2d', variant, [draw.normal(shape, { mean: -2 })], attributes),
      makeExample('avgPool2d', variant, [draw.normal(shape)], attributes),
    ];
  }).flat();
}

function randomProducts(): OpExample[] {
  return numbered(6, (index) => {
    const draw = new Draw(`random matmul ${index}`);
    const [left, right] = broadcastShapes(draw, draw.integer(0, 2));
    const [rows, inner, columns] = draw.integers(3, 1, 4);
    return makeExample('matmul', `random${index}`, [
      draw.normal([...left, rows, inner]),
      draw.normal([...right, inner, columns]),
    ]);
  });
}

function randomElementwise(): OpExample[] {
  return ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'pow'].flatMap((op) =>
    numbered(3, (index) => {
      const draw = new Draw(`random ${op} ${index}`);
      const [left, right] = broadcastShapes(draw, draw.integer(1, 4));
      return makeExample(op, `random${index}`, [draw.uniform(left, 0.3, 2), draw.uniform(right, 0.4, 2)]);
    }),
  );
}

function randomReductions(): OpExample[] {
  return ['sum', 'mean', 'max'].flatMap((op) =>
    numbered(5, (index) => {
      const draw = new Draw(`random ${op} ${index}`);
      const shape = draw.integers(draw.integer(1, 4), 1, 4);
      const axes = shape.flatMap((_, axis) =>
        draw.integer(0, 1) === 1 ? [axis - (index % 2) * shape.length] : [],
      );
      return makeExample(op, `random${index}`, [draw.normal(shape)], { axes, keepDims: index < 2 });
    }),
  );
}

function randomRearrangements(): OpExample[] {
  return numbered(5, (index) => {
    const draw = new Draw(`random rearrangement ${index}`);
    const shape = draw.integers(draw.integer(2, 4), 2, 5);
    const axis = draw.integer(0, shape.length - 1);
    const start = draw.integer(0, shape[axis] - 2);
    const range = { axis, start, end: draw.integer(start + 1, shape[axis]), step: draw.integer(1, 3) };
    const [before, after, interior] = draw.integers(3, 0, 2);
    const order = shape.map((_, position) => (position + 1 + index) % shape.length);
    const variant = `random${index}`;
    return [
      makeExample('slice', variant, [draw.normal(shape)], range),
      makeExample('pad', variant, [draw.normal(shape)], { axis, before, after, interior, value: index - 2 }),
      makeExample('transpose', variant, [draw.normal(shape)], { permutation: order }),
      makeExample('concat', variant, [draw.normal(shape), draw.normal(shape)], { axis }),
      makeExample('softmax', variant, [draw.normal(shape)], { axis }),
      makeExample('gather', variant, [draw.normal(shape), draw.indices([3, 2], shape[0])], { axis: 0 }),
    ];
  }).flat();
}

/** With upstreams for mean and variance, which the fixtures' gradients leave out. */
function batchNormStatistics(): OpExample {
  const draw = new Draw('batch norm statistics');
  const inputs = [draw.normal([3, 2, 4, 3], { mean: 0.5 }), draw.uniform([2], 0.5, 2), draw.normal([2])];
  return makeExample('batchNormTraining', 'statistics', inputs, { eps: 1e-3 });
}

/** Two shapes that stretch to a common one. */
function broadcastShapes(draw: Draw, rank: number): [number[], number[]] {
  const common = draw.integers(rank, 1, 4);
  const shrunk = (): number[] =>
    common.map((length) => (draw.integer(0, 2) === 0 ? 1 : length)).slice(draw.integer(0, Math.min(1, rank)));
  return [shrunk(), shrunk()];
}

function numbered<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function describe(options: Readonly<Record<string, number>>): string {
  return Object.entries(options)
    .map(([name, value]) => `${name}${value}`)
    .join('-');
}
