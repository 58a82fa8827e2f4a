import assert from 'node:assert/strict';
import { test } from 'node:test';

import { stackTensors, tensorAt } from '../../src/engine/stackTensors.ts';
import { boolTensor, floatTensor, intTensor, type HostTensor } from '../../src/engine/tensor.ts';

test('tensors of every type and shape are stacked and taken out again', () => {
  const cases: HostTensor[][] = [
    [floatTensor([2], [1, 2]), floatTensor([2], [3, 4])],
    [floatTensor([], Float64Array.of(1 / 3)), floatTensor([], Float64Array.of(2 / 3))],
    [intTensor([1, 2], [-1, 5])],
    [boolTensor([2], [true, false]), boolTensor([2], [false, false]), boolTensor([2], [true, true])],
  ];
  for (const tensors of cases) {
    const stack = stackTensors(tensors);
    assert.deepEqual(stack.shape, [tensors.length, ...tensors[0].shape]);
    assert.deepEqual(
      tensors.map((_, index) => tensorAt(stack, index)),
      tensors,
    );
  }
});

test('nothing, and what does not fit together, cannot be stacked', () => {
  assert.throws(() => stackTensors([]), { message: 'stackTensors: there is no tensor.' });
  assert.throws(() => stackTensors([floatTensor([2], 0), floatTensor([3], 0)]), {
    message: 'stackTensors: float32 [3] is not float32 [2].',
  });
  assert.throws(() => stackTensors([floatTensor([1], 0), intTensor([1], [0])]), {
    message: 'stackTensors: int32 [1] is not float32 [1].',
  });
  assert.throws(() => tensorAt(stackTensors([floatTensor([1], 0)]), 1), {
    message: 'tensorAt: 1 is outside a stack of 1.',
  });
});
