import type { Value } from '../engine/graph.ts';
import { add } from '../engine/ops/add.ts';
import { mul } from '../engine/ops/mul.ts';
import { slice } from '../engine/ops/slice.ts';
import { sub } from '../engine/ops/sub.ts';
import type { ModelScope } from '../nn/modelScope.ts';
import type { Declare } from '../nn/modelState.ts';
import { backboneOf, type ArchitectureName } from './backbones.ts';
import type { ClassifierFeatures } from './features.ts';
import { headLogits, headMaskWidth, type HeadName } from './heads.ts';

/** What fixes a classifier's tensors; stored with its weights. */
export interface ClassifierConfig {
  readonly architecture: ArchitectureName;
  readonly head: HeadName;
  /** Scale of the network; 64 in the published ones. */
  readonly width: number;
  /** Side of the images in pixels, which decides the stem or the patches; see imageScale.ts. */
  readonly imageSize: number;
  readonly inChannels: number;
  readonly numClasses: number;
}

/** Features of images `[N, C, H, W]` in [0, 1], which MedMNIST's recipe normalises to [-1, 1]. */
export function classifierFeatures(
  scope: ModelScope,
  images: Value,
  config: ClassifierConfig,
): ClassifierFeatures {
  return backboneOf(config.architecture).features(scope, sub(mul(images, 2), 1), config);
}

/**
 * Logits `[..., K]` of pooled features `[..., F]`: of a network with two heads their mean, each of its own half of the
 * features.
 *
 * @param masks dropout `[..., maskWidth]`, absent where nothing is dropped; the leading axes of both are stretched to
 *   each other, so that features `[1, N, F]` under masks `[S, 1, M]` give `[S, N, K]`
 */
export function classifierHead(
  scope: ModelScope,
  pooled: Value,
  config: ClassifierConfig,
  masks?: Value,
): Value {
  const { heads, headInitializers } = backboneOf(config.architecture);
  const part = (value: Value, index: number): Value => {
    if (heads.length === 1) return value;
    const length = value.shape.at(-1)! / heads.length;
    return slice(value, { axis: -1, start: index * length, end: (index + 1) * length });
  };
  const logits = heads.map((name, index) =>
    headLogits(scope, name, part(pooled, index), config, masks && part(masks, index), headInitializers),
  );
  return logits.length === 1 ? logits[0] : mul(logits.reduce(add), 1 / logits.length);
}

/**
 * M, the number of columns of a dropout mask: with the head `default` it covers the pooled features, with the others
 * the hidden units of all layers of the head, or of both heads.
 */
export function maskWidth(config: ClassifierConfig): number {
  const { heads, featureWidth } = backboneOf(config.architecture);
  return heads.length * headMaskWidth(config, featureWidth(config.width) / heads.length);
}

/** Asks a scope for all tensors of the classifier. */
export function declareClassifier(config: ClassifierConfig): Declare {
  return (scope) => {
    const { imageSize, inChannels } = config;
    const images = scope.graph.input('images', [1, inChannels, imageSize, imageSize]);
    classifierHead(scope, classifierFeatures(scope, images, config).pooled, config);
  };
}
