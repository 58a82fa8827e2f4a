import type { Value } from '../engine/graph.ts';
import { mul } from '../engine/ops/mul.ts';
import { sub } from '../engine/ops/sub.ts';
import { linearLayer } from '../nn/layers.ts';
import type { ModelScope } from '../nn/modelScope.ts';
import type { Declare } from '../nn/modelState.ts';
import { resnetFeatures, type ResnetFeatures, type ResnetName } from './resnet.ts';

/** What fixes a classifier's tensors; stored with its weights. */
export interface ClassifierConfig {
  readonly architecture: ResnetName;
  /** Channels of the first stage; 64 in the published networks. */
  readonly width: number;
  readonly inChannels: number;
  readonly numClasses: number;
}

/** Features of images `[N, C, H, W]` in [0, 1], which MedMNIST's recipe normalises to [-1, 1]. */
export function classifierFeatures(
  scope: ModelScope,
  images: Value,
  config: ClassifierConfig,
): ResnetFeatures {
  return resnetFeatures(scope, sub(mul(images, 2), 1), config.architecture, config.width);
}

/** Logits `[..., K]` of pooled features `[..., F]`, dropped out or not. */
export function classifierHead(scope: ModelScope, features: Value, config: ClassifierConfig): Value {
  return linearLayer(scope, 'linear', features, config.numClasses);
}

/** Number of pooled features: what a dropout mask covers. */
export function featureCount({ architecture, width }: ClassifierConfig): number {
  return width * 8 * (architecture === 'resnet50' ? 4 : 1);
}

/** Asks a scope for all tensors of the classifier. */
export function declareClassifier(config: ClassifierConfig): Declare {
  return (scope) => {
    const images = scope.graph.input('images', [1, config.inChannels, 8, 8]);
    classifierHead(scope, classifierFeatures(scope, images, config).pooled, config);
  };
}
