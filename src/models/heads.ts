import type { Value } from '../engine/graph.ts';
import { mul } from '../engine/ops/mul.ts';
import { relu } from '../engine/ops/relu.ts';
import { slice } from '../engine/ops/slice.ts';
import { linearLayer, type LinearInitializers } from '../nn/layers.ts';
import type { ModelScope } from '../nn/modelScope.ts';

/** What turns pooled features into logits: one linear layer, or two or four with ReLU and dropout between them. */
export type HeadName = 'default' | 'simple' | 'complex';

export interface HeadConfig {
  readonly head: HeadName;
  /** Hidden layers have as many units as below at width 64, and proportionally as many at other widths. */
  readonly width: number;
  readonly numClasses: number;
}

const HIDDEN_UNITS: Readonly<Record<HeadName, readonly number[]>> = {
  default: [],
  simple: [512],
  complex: [512, 128, 32],
};

const PUBLISHED_WIDTH = 64;

/** Linear, ReLU and Dropout: every third member of a PyTorch sequence is a linear layer. */
const SEQUENCE_STEP = 3;

/** Columns of the masks of one head: pooled features for `default`, else the units of all hidden layers. */
export function headMaskWidth(config: HeadConfig, numFeatures: number): number {
  const hidden = hiddenUnits(config);
  return hidden.length === 0 ? numFeatures : hidden.reduce((total, units) => total + units, 0);
}

/**
 * Logits `[..., K]` of features `[..., F]` by the head `name` (`name.weight`, or `name.0.weight`, `name.3.weight` and so
 * on with hidden layers).
 *
 * @param masks `[..., headMaskWidth]`, which multiply the inputs of the layers behind dropout; its leading axes and those
 *   of the features are stretched to each other
 */
export function headLogits(
  scope: ModelScope,
  name: string,
  features: Value,
  config: HeadConfig,
  masks: Value | undefined,
  initializers?: LinearInitializers,
): Value {
  const { numClasses } = config;
  const hidden = hiddenUnits(config);
  if (hidden.length === 0) {
    return linearLayer(scope, name, masks ? mul(features, masks) : features, numClasses, initializers);
  }
  let x = features;
  let start = 0;
  hidden.forEach((units, index) => {
    x = relu(linearLayer(scope, `${name}.${SEQUENCE_STEP * index}`, x, units, initializers));
    if (masks) x = mul(x, slice(masks, { axis: -1, start, end: start + units }));
    start += units;
  });
  return linearLayer(scope, `${name}.${SEQUENCE_STEP * hidden.length}`, x, numClasses, initializers);
}

function hiddenUnits({ head, width }: HeadConfig): number[] {
  return HIDDEN_UNITS[head].map((units) => Math.max(1, Math.round((units * width) / PUBLISHED_WIDTH)));
}
