import type { Value } from '../../src/engine/graph.ts';
import { mul } from '../../src/engine/ops/mul.ts';
import { resnetFeatures, type ResnetName } from '../../src/models/resnet.ts';
import { linearLayer } from '../../src/nn/layers.ts';
import type { ModelScope } from '../../src/nn/modelScope.ts';
import type { Declare } from '../../src/nn/modelState.ts';

/** The size of a network, as the fixtures describe it. */
export interface ResnetSize {
  readonly width: number;
  readonly channels: number;
  readonly numClasses: number;
}

/** Logits `[N, K]` of normalised images `[N, C, H, W]`; `mask` `[N, F]` multiplies the pooled features. */
export function resnetLogits(
  scope: ModelScope,
  images: Value,
  name: ResnetName,
  { width, numClasses }: ResnetSize,
  mask?: Value,
): Value {
  const { pooled } = resnetFeatures(scope, images, name, width);
  return linearLayer(scope, 'linear', mask ? mul(pooled, mask) : pooled, numClasses);
}

export function declareResnet(name: ResnetName, size: ResnetSize): Declare {
  return (scope) => resnetLogits(scope, scope.graph.input('images', [2, size.channels, 8, 8]), name, size);
}
