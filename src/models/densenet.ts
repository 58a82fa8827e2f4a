import type { Value } from '../engine/graph.ts';
import { globalAveragePool } from '../engine/ops/avgPool2d.ts';
import { concat } from '../engine/ops/concat.ts';
import { maxPool2d } from '../engine/ops/maxPool2d.ts';
import { mean } from '../engine/ops/mean.ts';
import { relu } from '../engine/ops/relu.ts';
import { reshape } from '../engine/ops/reshape.ts';
import { slice } from '../engine/ops/slice.ts';
import { heNormal } from '../nn/initializers.ts';
import { batchNormLayer, convBatchNormLayer, plainConvLayer, type ConvOptions } from '../nn/layers.ts';
import type { ModelScope } from '../nn/modelScope.ts';
import { mapLayer, type ClassifierFeatures, type FeatureLayer } from './features.ts';
import type { Stem } from './imageScale.ts';

/** Layers of each block of DenseNet-121. */
const DEPTHS = [6, 12, 24, 16];

/** Channels of a layer's 1x1 convolution over those that it adds. */
const BOTTLENECK = 4;

export interface DenseNetConfig {
  /** Channels of the stem, 64 in the published network; a layer adds half as many. */
  readonly width: number;
  readonly stem: Stem;
}

/** Number of pooled features. */
export function denseNetWidth(width: number): number {
  return DEPTHS.reduce((channels, depth, block) => {
    const entering = block === 0 ? channels : Math.floor(channels / 2);
    return entering + depth * growthOf(width);
  }, width);
}

/**
 * DenseNet-121 (Huang et al., arXiv 1608.06993) under torchvision's names (pytorch/vision, torchvision/models/
 * densenet.py), its convolutions drawn as there. With the stem `small` the first convolution is 3x3 of stride 1 and no
 * max-pool follows it: the published stem would leave small images a single position in the last block.
 *
 * Layers: `norm5` before its ReLU, and `denseblock1` to `denseblock4`.
 *
 * @param x `[N, C, H, W]`, normalised
 */
export function denseNetFeatures(
  scope: ModelScope,
  x: Value,
  { width, stem }: DenseNetConfig,
): ClassifierFeatures {
  const first = he(
    x,
    stem === 'small' ? { kernelSize: 3, padding: 1 } : { kernelSize: 7, stride: 2, padding: 3 },
  );
  let y = relu(
    convBatchNormLayer(scope, 'features.conv0', 'features.norm0', x, { ...first, outChannels: width }),
  );
  if (stem === 'large') y = maxPool2d(y, { kernel: 3, stride: 2, padding: 1 });
  const layers: Record<string, FeatureLayer> = {};
  DEPTHS.forEach((depth, index) => {
    if (index > 0) y = transition(scope, `features.transition${index}`, y);
    const name = `denseblock${index + 1}`;
    for (let layer = 1; layer <= depth; layer++) {
      y = denseLayer(scope, `features.${name}.denselayer${layer}`, y, growthOf(width));
    }
    layers[name] = mapLayer(y);
  });
  const norm = batchNormLayer(scope, 'features.norm5', y);
  return { layers: { ...layers, norm5: mapLayer(norm) }, pooled: globalAveragePool(relu(norm)) };
}

function growthOf(width: number): number {
  return Math.max(1, Math.floor(width / 2));
}

/** x with `growth` channels behind it: norm, ReLU, 1x1, norm, ReLU, 3x3. */
function denseLayer(scope: ModelScope, name: string, x: Value, growth: number): Value {
  const active = relu(batchNormLayer(scope, `${name}.norm1`, x));
  const narrow = { ...he(x, { kernelSize: 1 }), outChannels: BOTTLENECK * growth };
  const inner = relu(convBatchNormLayer(scope, `${name}.conv1`, `${name}.norm2`, active, narrow));
  const wide = { ...he(inner, { kernelSize: 3, padding: 1 }), outChannels: growth };
  return concat([x, plainConvLayer(scope, `${name}.conv2`, inner, wide)], 1);
}

/** Half the channels at half the size. */
function transition(scope: ModelScope, name: string, x: Value): Value {
  const active = relu(batchNormLayer(scope, `${name}.norm`, x));
  const options = { ...he(x, { kernelSize: 1 }), outChannels: Math.floor(x.shape[1] / 2) };
  return halved(plainConvLayer(scope, `${name}.conv`, active, options));
}

/** Mean of each 2x2 window; a last odd row or column is left out, as PyTorch does. */
function halved(x: Value): Value {
  const [n, channels, height, width] = x.shape;
  const [rows, columns] = [Math.floor(height / 2), Math.floor(width / 2)];
  const even = slice(slice(x, { axis: 2, start: 0, end: 2 * rows }), { axis: 3, start: 0, end: 2 * columns });
  return mean(reshape(even, [n, channels, rows, 2, columns, 2]), { axes: [3, 5] });
}

/** Options of a convolution of x drawn by He's rule over its fan-in. */
function he<T extends Pick<ConvOptions, 'kernelSize'>>(
  x: Value,
  options: T,
): T & { readonly initializer: NonNullable<ConvOptions['initializer']> } {
  return { ...options, initializer: heNormal(x.shape[1] * options.kernelSize ** 2) };
}
