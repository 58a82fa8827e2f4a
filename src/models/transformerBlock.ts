import type { Value } from '../engine/graph.ts';
import { add } from '../engine/ops/add.ts';
import { gelu } from '../engine/ops/gelu.ts';
import { matmul } from '../engine/ops/matmul.ts';
import { mul } from '../engine/ops/mul.ts';
import { reshape } from '../engine/ops/reshape.ts';
import { slice } from '../engine/ops/slice.ts';
import { softmax } from '../engine/ops/softmax.ts';
import { transpose } from '../engine/ops/transpose.ts';
import { layerNormLayer, linearLayer, type LinearInitializers } from '../nn/layers.ts';
import type { ModelScope } from '../nn/modelScope.ts';

/** DeiT's epsilon of layer normalisation. */
export const TOKEN_NORM_EPS = 1e-6;

/** Hidden features of the block's perceptron over those of a token. */
const MLP_RATIO = 4;

export interface BlockConfig {
  readonly heads: number;
  readonly initializers: LinearInitializers;
}

/**
 * A block of a vision transformer (Dosovitskiy et al., arXiv 2010.11929) under timm's names: attention and perceptron,
 * each behind a layer norm and added to its input.
 *
 * @param tokens `[N, T, D]`
 * @returns the new tokens, and the output of `norm1`, both `[N, T, D]`
 */
export function transformerBlock(
  scope: ModelScope,
  name: string,
  tokens: Value,
  config: BlockConfig,
): { readonly tokens: Value; readonly norm1: Value } {
  const { initializers } = config;
  const size = tokens.shape[2];
  const norm1 = layerNormLayer(scope, `${name}.norm1`, tokens, TOKEN_NORM_EPS);
  const attended = add(tokens, attention(scope, `${name}.attn`, norm1, config));
  const norm2 = layerNormLayer(scope, `${name}.norm2`, attended, TOKEN_NORM_EPS);
  const hidden = gelu(linearLayer(scope, `${name}.mlp.fc1`, norm2, MLP_RATIO * size, initializers));
  return { tokens: add(attended, linearLayer(scope, `${name}.mlp.fc2`, hidden, size, initializers)), norm1 };
}

/** Self-attention softmax(Q K^T / sqrt(d)) V of each head, its heads side by side among the matrices of one product. */
function attention(scope: ModelScope, name: string, x: Value, { heads, initializers }: BlockConfig): Value {
  const [n, length, size] = x.shape as readonly [number, number, number];
  const depth = size / heads;
  const joined = linearLayer(scope, `${name}.qkv`, x, 3 * size, initializers);
  const split = reshape(joined, [n, length, 3, heads, depth]);
  const pick = (index: number, order: readonly number[]): Value => {
    const part = reshape(slice(split, { axis: 2, start: index, end: index + 1 }), [n, length, heads, depth]);
    const moved = transpose(part, order);
    return reshape(moved, [n * heads, ...moved.shape.slice(2)]);
  };
  const query = mul(pick(0, [0, 2, 1, 3]), 1 / Math.sqrt(depth));
  const key = pick(1, [0, 2, 3, 1]);
  const value = pick(2, [0, 2, 1, 3]);
  const weighted = matmul(softmax(matmul(query, key), -1), value);
  const back = transpose(reshape(weighted, [n, heads, length, depth]), [0, 2, 1, 3]);
  return linearLayer(scope, `${name}.proj`, reshape(back, [n, length, size]), size, initializers);
}
