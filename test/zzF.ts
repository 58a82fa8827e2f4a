import { OnnxRuntimeDevice } from '../src/engine/devices/onnxRuntimeDevice.ts';
import { trace } from '../src/engine/graph.ts';
import { matmul } from '../src/engine/ops/matmul.ts';
import { relu } from '../src/engine/ops/relu.ts';
import { floatTensor } from '../src/engine/tensor.ts';
import { runTraced } from './support/runGraph.ts';
const gpu = new OnnxRuntimeDevice('webgpu');
const g = trace((graph) => ({ y: relu(matmul(graph.input('a', [2, 3]), graph.input('b', [3, 2]))) }));
const a = floatTensor([2, 3], [1, 2, 3, 4, 5, 6]);
const b = floatTensor([3, 2], [1, 2, 3, 4, 5, 6]);
console.log((await runTraced(gpu, g, { a, b })).y.data);
try {
  console.log((await runTraced(gpu, g, { a, b }, { precision: 'float16' })).y.data);
} catch (e) { console.log('ERR', e); }
