import type { Value } from '../engine/graph.ts';
import { add } from '../engine/ops/add.ts';
import { globalAveragePool } from '../engine/ops/avgPool2d.ts';
import { relu } from '../engine/ops/relu.ts';
import { convBatchNormLayer } from '../nn/layers.ts';
import type { ModelScope } from '../nn/modelScope.ts';

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

export interface ResnetFeatures {
  /** The output of each stage, `layer1` to `layer4`: `[N, C, H, W]`. */
  readonly stages: readonly Value[];
  /** `[N, F]`, the mean of the last stage over height and width. */
  readonly pooled: Value;
}

/**
 * The MedMNIST variant of a residual network (He et al., arXiv 1512.03385; MedMNIST/experiments, models.py): a 3x3
 * stem of stride 1 without max-pool, for small images. Parameter names are those of that file.
 *
 * @param x `[N, C, H, W]`, normalised
 * @param width channels of the stem and the first stage; 64 in the published networks
 */
export function resnetFeatures(scope: ModelScope, x: Value, name: ResnetName, width: number): ResnetFeatures {
  const { block, depths } = VARIANTS[name];
  const makeBlock = block === 'basic' ? basicBlock : bottleneckBlock;
  let y = relu(
    convBatchNormLayer(scope, 'conv1', 'bn1', x, { outChannels: width, kernelSize: 3, padding: 1 }),
  );
  const stages: Value[] = [];
  depths.forEach((depth, stage) => {
    for (let index = 0; index < depth; index++) {
      const stride = index === 0 ? STAGE_STRIDES[stage] : 1;
      y = makeBlock(scope, `layer${stage + 1}.${index}`, y, width * 2 ** stage, stride);
    }
    stages.push(y);
  });
  return { stages, pooled: globalAveragePool(y) };
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
  const names = [`${name}.shortcut.0`, `${name}.shortcut.1`] as const;
  return convBatchNormLayer(scope, names[0], names[1], x, { outChannels, kernelSize: 1, stride });
}
