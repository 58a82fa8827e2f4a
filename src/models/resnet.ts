import type { Value } from '../engine/graph.ts';
import { add } from '../engine/ops/add.ts';
import { globalAveragePool } from '../engine/ops/avgPool2d.ts';
import { maxPool2d } from '../engine/ops/maxPool2d.ts';
import { relu } from '../engine/ops/relu.ts';
import { convBatchNormLayer } from '../nn/layers.ts';
import type { ModelScope } from '../nn/modelScope.ts';
import { mapLayer, type ClassifierFeatures, type FeatureLayer } from './features.ts';
import type { Stem } from './imageScale.ts';

export type ResnetName = 'resnet18' | 'resnet50';

interface Variant {
  readonly block: 'basic' | 'bottleneck';
  /** Blocks in each of the four stages. */
  readonly depths: readonly number[];
}

const VARIANTS: Readonly<Record<ResnetName, Variant>> = {
  resnet18: { block: 'basic', depths: [2, 2, 2, 2] },
  resnet50: { block: 'bottleneck', depths: [3, 4, 6, 3] },
};

const STAGE_STRIDES = [1, 2, 2, 2];

/** Output channels of a bottleneck block over those of its 3x3 convolution. */
const BOTTLENECK_EXPANSION = 4;

export interface ResnetConfig {
  readonly name: ResnetName;
  /** Channels of the stem and the first stage; 64 in the published networks. */
  readonly width: number;
  readonly stem: Stem;
}

/** Number of pooled features. */
export function resnetWidth(name: ResnetName, width: number): number {
  return width * 8 * (VARIANTS[name].block === 'bottleneck' ? BOTTLENECK_EXPANSION : 1);
}

/**
 * A residual network (He et al., arXiv 1512.03385) under torchvision's names (pytorch/vision, torchvision/models/
 * resnet.py), with the stride of a bottleneck on its 3x3 convolution. With the stem `small`, a 3x3 convolution of stride
 * 1 without max-pool, it is MedMNIST's variant (MedMNIST/experiments, models.py).
 *
 * @param x `[N, C, H, W]`, normalised
 */
export function resnetFeatures(scope: ModelScope, x: Value, config: ResnetConfig): ClassifierFeatures {
  const { block, depths } = VARIANTS[config.name];
  const makeBlock = block === 'basic' ? basicBlock : bottleneckBlock;
  let y = config.stem === 'small' ? smallStem(scope, x, config.width) : largeStem(scope, x, config.width);
  const layers: Record<string, FeatureLayer> = {};
  depths.forEach((depth, stage) => {
    const name = `layer${stage + 1}`;
    for (let index = 0; index < depth; index++) {
      const stride = index === 0 ? STAGE_STRIDES[stage] : 1;
      y = makeBlock(scope, `${name}.${index}`, y, config.width * 2 ** stage, stride);
    }
    layers[name] = mapLayer(y);
  });
  return { layers, pooled: globalAveragePool(y) };
}

function smallStem(scope: ModelScope, x: Value, outChannels: number): Value {
  return relu(convBatchNormLayer(scope, 'conv1', 'bn1', x, { outChannels, kernelSize: 3, padding: 1 }));
}

function largeStem(scope: ModelScope, x: Value, outChannels: number): Value {
  const conv = { outChannels, kernelSize: 7, stride: 2, padding: 3 };
  const y = relu(convBatchNormLayer(scope, 'conv1', 'bn1', x, conv));
  return maxPool2d(y, { kernel: 3, stride: 2, padding: 1 });
}

function basicBlock(scope: ModelScope, name: string, x: Value, channels: number, stride: number): Value {
  const conv = { outChannels: channels, kernelSize: 3, padding: 1 };
  const first = relu(convBatchNormLayer(scope, `${name}.conv1`, `${name}.bn1`, x, { ...conv, stride }));
  const second = convBatchNormLayer(scope, `${name}.conv2`, `${name}.bn2`, first, conv);
  return relu(add(second, shortcut(scope, name, x, channels, stride)));
}

function bottleneckBlock(scope: ModelScope, name: string, x: Value, channels: number, stride: number): Value {
  const outChannels = channels * BOTTLENECK_EXPANSION;
  const point = { kernelSize: 1 };
  const first = relu(
    convBatchNormLayer(scope, `${name}.conv1`, `${name}.bn1`, x, { ...point, outChannels: channels }),
  );
  const middle = { outChannels: channels, kernelSize: 3, padding: 1, stride };
  const second = relu(convBatchNormLayer(scope, `${name}.conv2`, `${name}.bn2`, first, middle));
  const third = convBatchNormLayer(scope, `${name}.conv3`, `${name}.bn3`, second, { ...point, outChannels });
  return relu(add(third, shortcut(scope, name, x, outChannels, stride)));
}

/** The identity where shapes agree, a 1x1 convolution otherwise. */
function shortcut(scope: ModelScope, name: string, x: Value, outChannels: number, stride: number): Value {
  if (stride === 1 && x.shape[1] === outChannels) return x;
  const names = [`${name}.downsample.0`, `${name}.downsample.1`] as const;
  return convBatchNormLayer(scope, names[0], names[1], x, { outChannels, kernelSize: 1, stride });
}
