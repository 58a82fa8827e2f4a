import type { Value } from '../engine/graph.ts';
import { add } from '../engine/ops/add.ts';
import { concat } from '../engine/ops/concat.ts';
import { linear } from '../engine/ops/linear.ts';
import { reshape } from '../engine/ops/reshape.ts';
import { slice } from '../engine/ops/slice.ts';
import { transpose } from '../engine/ops/transpose.ts';
import { constantInitializer, fanInUniform, normalInitializer } from '../nn/initializers.ts';
import { layerNormLayer, type LinearInitializers } from '../nn/layers.ts';
import type { ModelScope } from '../nn/modelScope.ts';
import type { ClassifierFeatures, FeatureLayer } from './features.ts';
import { TOKEN_NORM_EPS, transformerBlock } from './transformerBlock.ts';

const DEPTH = 12;

/**
 * timm's truncated normal distribution of deviation 0.02: it is cut at 2, a hundred deviations away, and so is not cut.
 */
const NARROW_NORMAL = normalInitializer(0.02);

export const DEIT_INITIALIZERS: LinearInitializers = {
  weight: NARROW_NORMAL,
  bias: constantInitializer(0),
};

export interface DeitConfig {
  /** Heads of the attention: 3 of DeiT-tiny, 6 of DeiT-small. */
  readonly attentionHeads: 3 | 6;
  /** Features of each head of the attention; 64 in the published networks. */
  readonly width: number;
  /** Side of a patch in pixels, which the side of the images is a multiple of. */
  readonly patch: number;
  /** Whether a distillation token stands behind the class token. */
  readonly distilled: boolean;
}

/** Number of pooled features. */
export function deitWidth({ attentionHeads, width, distilled }: Omit<DeitConfig, 'patch'>): number {
  return attentionHeads * width * (distilled ? 2 : 1);
}

/**
 * A data-efficient image transformer (Touvron et al., arXiv 2012.12877; facebookresearch/deit, models.py) under timm's
 * names, without dropout or stochastic depth: 12 blocks before a last norm.
 *
 * The pooled features are the class token, and of a distilled network the distillation token behind it. Distillation
 * needs a teacher, which there is none of: both heads of a distilled network are trained on the labels alone, and the
 * mean of their logits answers in training, too, so that neither head is left untrained.
 *
 * Layers: `blocks.0.norm1` to `blocks.11.norm1`, of whose tokens those of patches make a map. After the last block only
 * the class token is looked at, and the patches of its output have no gradient.
 *
 * @param x `[N, C, H, W]`, normalised
 */
export function deitFeatures(scope: ModelScope, x: Value, config: DeitConfig): ClassifierFeatures {
  const { attentionHeads, distilled } = config;
  const [n, , height, width] = x.shape;
  const size = attentionHeads * config.width;
  const prefix = [classToken(scope, 'cls_token', n, size)];
  if (distilled) prefix.push(classToken(scope, 'dist_token', n, size));
  const patches = patchEmbedding(scope, x, config.patch, size);
  const numTokens = prefix.length + patches.shape[1];
  const positions = scope.parameter('pos_embed', [1, numTokens, size], NARROW_NORMAL);

  const grid = [height / config.patch, width / config.patch] as const;
  const layers: Record<string, FeatureLayer> = {};
  let tokens = add(concat([...prefix, patches], 1), positions);
  for (let index = 0; index < DEPTH; index++) {
    const block = transformerBlock(scope, `blocks.${index}`, tokens, {
      heads: attentionHeads,
      initializers: DEIT_INITIALIZERS,
    });
    tokens = block.tokens;
    layers[`blocks.${index}.norm1`] = {
      output: block.norm1,
      asMap: (value) => tokenMap(value, prefix.length, grid),
    };
  }
  const seen = slice(tokens, { axis: 1, start: 0, end: prefix.length });
  const normed = layerNormLayer(scope, 'norm', seen, TOKEN_NORM_EPS);
  return { layers, pooled: reshape(normed, [n, prefix.length * size]) };
}

/** A learned token `[1, 1, D]`, the same for every image: `[N, 1, D]`. */
function classToken(scope: ModelScope, name: string, n: number, size: number): Value {
  const token = scope.parameter(name, [1, 1, size], NARROW_NORMAL);
  return add(token, scope.graph.filled([n, 1, 1], 0));
}

/** `patch_embed.proj`, a convolution of stride and size P, as one product of all patches: `[N, T, D]`. */
function patchEmbedding(scope: ModelScope, x: Value, patch: number, size: number): Value {
  const [n, channels, height, width] = x.shape;
  const [rows, columns] = [height / patch, width / patch];
  const inputs = channels * patch ** 2;
  const weight = scope.parameter(
    'patch_embed.proj.weight',
    [size, channels, patch, patch],
    fanInUniform(inputs),
  );
  const bias = scope.parameter('patch_embed.proj.bias', [size], fanInUniform(inputs));
  const windows = transpose(reshape(x, [n, channels, rows, patch, columns, patch]), [0, 2, 4, 1, 3, 5]);
  return linear(reshape(windows, [n, rows * columns, inputs]), reshape(weight, [size, inputs]), bias);
}

/** The tokens of patches of `[N, T, D]` as `[N, D, h, w]`. */
function tokenMap(tokens: Value, prefix: number, [height, width]: readonly [number, number]): Value {
  const [n, numTokens, size] = tokens.shape;
  const patches = slice(tokens, { axis: 1, start: prefix, end: numTokens });
  return reshape(transpose(patches, [0, 2, 1]), [n, size, height, width]);
}
