import type { Value } from '../../src/engine/graph.ts';
import { classifierHead, type ClassifierConfig } from '../../src/models/classifier.ts';
import { resnetFeatures, type ResnetName } from '../../src/models/resnet.ts';
import type { ModelScope } from '../../src/nn/modelScope.ts';
import type { Declare } from '../../src/nn/modelState.ts';

/** The size of a network, as the fixtures describe it. */
export interface ResnetSize {
  readonly width: number;
  readonly channels: number;
  readonly numClasses: number;
  readonly imageSize: number;
}

export function resnetConfig(
  architecture: ResnetName,
  { width, channels, numClasses, imageSize }: ResnetSize,
): ClassifierConfig {
  return { architecture, head: 'default', width, imageSize, inChannels: channels, numClasses };
}

/** Logits `[N, K]` of normalised images `[N, C, H, W]`; `mask` `[N, F]` multiplies the pooled features. */
export function resnetLogits(
  scope: ModelScope,
  images: Value,
  name: ResnetName,
  size: ResnetSize,
  mask?: Value,
): Value {
  const { pooled } = resnetFeatures(scope, images, { name, width: size.width, stem: 'small' });
  return classifierHead(scope, pooled, resnetConfig(name, size), mask);
}

export function declareResnet(name: ResnetName, size: ResnetSize): Declare {
  return (scope) => resnetLogits(scope, scope.graph.input('images', [2, size.channels, 8, 8]), name, size);
}
