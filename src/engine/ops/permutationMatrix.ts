import type { OnnxEmitter } from '../onnx/emitter.ts';
import { floatTensor } from '../tensor.ts';

/** `[n, n]` with a one in column `to(i)` of row i. */
export function permutationMatrix(emitter: OnnxEmitter, n: number, to: (row: number) => number): string {
  const matrix = new Float32Array(n * n);
  for (let row = 0; row < n; row++) matrix[row * n + to(row)] = 1;
  return emitter.initializer(floatTensor([n, n], matrix));
}
