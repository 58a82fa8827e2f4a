import type { Value } from '../engine/graph.ts';
import { constantInitializer } from '../nn/initializers.ts';
import type { LinearInitializers } from '../nn/layers.ts';
import type { ModelScope } from '../nn/modelScope.ts';
import { DEIT_INITIALIZERS, deitFeatures, deitWidth, type DeitConfig } from './deit.ts';
import { denseNetFeatures, denseNetWidth } from './densenet.ts';
import type { ClassifierFeatures } from './features.ts';
import { patchFor, stemFor } from './imageScale.ts';
import { resnetFeatures, resnetWidth, type ResnetName } from './resnet.ts';

export type ArchitectureName =
  ResnetName | 'densenet121' | 'deit-tiny' | 'deit-small' | 'deit-tiny-distilled' | 'deit-small-distilled';

/** All of a classifier but its head, and what heads must know of it. */
export interface Backbone {
  /** Of images `[N, C, H, W]` in [-1, 1]. */
  readonly features: (
    scope: ModelScope,
    images: Value,
    config: { readonly width: number; readonly imageSize: number },
  ) => ClassifierFeatures;
  /** F, the number of pooled features. */
  readonly featureWidth: (width: number) => number;
  /** Names of the heads, which share the pooled features between them. */
  readonly heads: readonly string[];
  readonly headInitializers?: LinearInitializers;
}

const BACKBONES: Readonly<Record<ArchitectureName, Backbone>> = {
  resnet18: resnet('resnet18'),
  resnet50: resnet('resnet50'),
  densenet121: {
    features: (scope, images, { width, imageSize }) =>
      denseNetFeatures(scope, images, { width, stem: stemFor(imageSize) }),
    featureWidth: denseNetWidth,
    heads: ['classifier'],
    headInitializers: { bias: constantInitializer(0) },
  },
  'deit-tiny': deit({ attentionHeads: 3, distilled: false }),
  'deit-small': deit({ attentionHeads: 6, distilled: false }),
  'deit-tiny-distilled': deit({ attentionHeads: 3, distilled: true }),
  'deit-small-distilled': deit({ attentionHeads: 6, distilled: true }),
};

export function backboneOf(architecture: ArchitectureName): Backbone {
  return BACKBONES[architecture];
}

function resnet(name: ResnetName): Backbone {
  return {
    features: (scope, images, { width, imageSize }) =>
      resnetFeatures(scope, images, { name, width, stem: stemFor(imageSize) }),
    featureWidth: (width) => resnetWidth(name, width),
    heads: ['fc'],
  };
}

function deit(variant: Pick<DeitConfig, 'attentionHeads' | 'distilled'>): Backbone {
  return {
    features: (scope, images, { width, imageSize }) =>
      deitFeatures(scope, images, { ...variant, width, patch: patchFor(imageSize) }),
    featureWidth: (width) => deitWidth({ ...variant, width }),
    heads: variant.distilled ? ['head', 'head_dist'] : ['head'],
    headInitializers: DEIT_INITIALIZERS,
  };
}
