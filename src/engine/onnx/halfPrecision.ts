import type { Precision } from '../devices/device.ts';
import type { Node, TracedGraph, Value } from '../graph.ts';
import { sizeOf, type HostTensor } from '../tensor.ts';
import type { OnnxEmitter, ProviderName } from './emitter.ts';
import { LARGEST_HALF, SMALLEST_NORMAL_HALF } from './float16.ts';

// Which operations a program of half precision runs in which precision: mixed precision as Micikevicius et al., arXiv
// 1710.03740, describe it. The lists follow what PyTorch's autocast does, as far as it knows the operations.

/** Sums of products: their operands, weights among them, are rounded to half precision. */
const PRODUCTS = new Set(['conv2d', 'convTranspose2d', 'conv2dWeightGradient', 'matmul']);

/** Moves, and simple functions of single elements: they run in the precision that their operands are held in. */
const FOLLOWERS = new Set([
  'abs',
  'add',
  'broadcastTo',
  'clip',
  'concat',
  'equal',
  'gather',
  'greater',
  'less',
  'max',
  'maxPool2d',
  'maximum',
  'minimum',
  'mul',
  'neg',
  'pad',
  'relu',
  'reshape',
  'sign',
  'slice',
  'step',
  'stopGradient',
  'sub',
  'transpose',
  'where',
]);

/** Computed in single precision, but their first result, as large as their first operand, is held as that one is. */
const ROUNDED = new Set(['batchNormTraining', 'erf']);

/** Sums, and what loses most by rounding or leaves the range of half precision soonest. */
const SINGLE = new Set([
  'argMax',
  'cast',
  'div',
  'exp',
  'inSinglePrecision',
  'log',
  'logSoftmax',
  'pow',
  'sigmoid',
  'softmax',
  'softplus',
  'sqrt',
  'sum',
  'tanh',
]);

/** Only these have no operands of floats. */
const WITHOUT_FLOATS = new Set(['and', 'not']);

/** Every operation that the lists name; another one would run in single precision, and be forgotten. */
export const CLASSIFIED: ReadonlySet<string> = new Set([
  ...PRODUCTS,
  ...FOLLOWERS,
  ...ROUNDED,
  ...SINGLE,
  ...WITHOUT_FLOATS,
]);

/** Operations whose result has the elements of an operand, moved. */
const VIEWS = new Set(['broadcastTo', 'reshape', 'slice', 'stopGradient', 'transpose']);

/**
 * How many products are added up in half precision where the provider does not add in single precision.
 *
 * ONNX Runtime's WebGPU kernels keep the sum of a product of matrices in the element type of the operands
 * (core/providers/webgpu/math/gemm_utils.cc: the accumulator is declared with it). Each addition then rounds by 2^-12
 * of what is there already: a sum of K numbers of one size and random signs is off by about 2^-12 sqrt(K / 2), half a
 * percent here, and a sum of ever more numbers of one sign stands still at 2048 of them. Of DirectML and CoreML
 * nothing is documented, so they are treated alike; cuBLAS and cuDNN add in single precision.
 */
const LONGEST_HALF_SUM = 1024;

const ADDS_IN_SINGLE: readonly ProviderName[] = ['cpu', 'cuda'];

/** What of a node is in half precision. */
export interface NodePrecision {
  /** The precision that its operands are given in. */
  readonly operands: Precision;
  /** Whether its first result, computed in single precision, is rounded. */
  readonly roundsResult: boolean;
}

const ALL_SINGLE: NodePrecision = { operands: 'float32', roundsResult: false };
const ALL_HALF: NodePrecision = { operands: 'float16', roundsResult: false };

/**
 * The precision of a node in the emitter's program.
 *
 * @param isHalf whether an operand is held in half precision
 */
export function precisionOf(
  node: Node,
  graph: TracedGraph,
  { provider, programPrecision }: Pick<OnnxEmitter, 'provider' | 'programPrecision'>,
  isHalf: (value: Value) => boolean,
): NodePrecision {
  if (programPrecision === 'float32') return ALL_SINGLE;
  const { operation, inputs } = node;
  if (PRODUCTS.has(operation)) {
    const isLong = !ADDS_IN_SINGLE.includes(provider) && productsPerSum(node) > LONGEST_HALF_SUM;
    // A product with rows of zeros and a one adds up rows of the other operand: it is a sum.
    return isLong || inputs.some(isSelection) ? ALL_SINGLE : ALL_HALF;
  }
  if (ROUNDED.has(operation) && isHalf(inputs[0])) return { operands: 'float32', roundsResult: true };
  if (!FOLLOWERS.has(operation)) return ALL_SINGLE;

  const floats = inputs.filter(({ dtype }) => dtype === 'float32');
  const halves = floats.filter(isHalf);
  if (halves.length === 0) return ALL_SINGLE;
  const largest = Math.max(...halves.map(({ shape }) => sizeOf(shape)));
  return floats.every((value) => isHalf(value) || joinsHalves(value, largest, graph)) ? ALL_HALF : ALL_SINGLE;
}

/**
 * Whether a value of single precision may be rounded for the sake of others that are: constants within range, and
 * parameters, i.e. inputs that are stretched over something larger (biases, embeddings of positions). What was computed
 * in single precision (statistics, losses) keeps its digits, and so do inputs as large as the others (targets).
 */
function joinsHalves(value: Value, largest: number, { constants }: TracedGraph): boolean {
  const source = sourceOf(value);
  if (source.node) return false;
  const constant = constants.get(source);
  if (constant) return isInRange(constant);
  const size = Math.min(sizeOf(source.shape), sizeOf(value.shape));
  return size > 1 && size < largest;
}

function isInRange({ data }: HostTensor): boolean {
  for (const value of data) {
    const size = Math.abs(value);
    if (size > LARGEST_HALF || (size !== 0 && size < SMALLEST_NORMAL_HALF)) return false;
  }
  return true;
}

/** What a value's elements come from, unchanged. */
function sourceOf(value: Value): Value {
  let source = value;
  while (source.node && VIEWS.has(source.node.operation)) source = source.node.inputs[0];
  return source;
}

/** Whether a value consists of zeros and ones that were made of truth values. */
function isSelection(value: Value): boolean {
  const { node } = sourceOf(value);
  return node?.operation === 'cast' && node.inputs[0].dtype === 'bool';
}

/** How many products make one element of a product's result, at most. */
function productsPerSum({ operation, inputs: [x, other], outputs: [y] }: Node): number {
  if (operation === 'matmul') return x.shape.at(-1)!;
  const area = other.shape[2] * other.shape[3];
  if (operation === 'conv2d') return other.shape[1] * area;
  // The other operand of a weight gradient is the gradient of the output, with a product for each of its positions.
  if (operation === 'conv2dWeightGradient') return other.shape[0] * area;
  const groups = y.shape[1] / other.shape[1];
  return (other.shape[0] / groups) * area;
}
