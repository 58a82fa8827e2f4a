import type { Value } from '../../src/engine/graph.ts';
import { avgPool2d, globalAveragePool } from '../../src/engine/ops/avgPool2d.ts';
import { concat } from '../../src/engine/ops/concat.ts';
import { mul } from '../../src/engine/ops/mul.ts';
import { relu } from '../../src/engine/ops/relu.ts';
import { sub } from '../../src/engine/ops/sub.ts';
import { convBatchNormLayer, linearLayer } from '../../src/nn/layers.ts';
import type { ModelScope } from '../../src/nn/modelScope.ts';

/** The small densely connected network of test/parity/saliencyFixtures.py, with the layers that are explained. */
export function denseNet(
  scope: ModelScope,
  images: Value,
  { growth, numClasses }: { readonly growth: number; readonly numClasses: number },
): { readonly logits: Value; readonly layers: Readonly<Record<string, Value>> } {
  const convNorm = (name: string, x: Value, outChannels: number, kernelSize: number): Value =>
    convBatchNormLayer(scope, `${name}.0`, `${name}.1`, x, {
      outChannels,
      kernelSize,
      padding: (kernelSize - 1) / 2,
    });
  const denseBlock = (name: string, x: Value): Value => {
    let y = x;
    for (let layer = 0; layer < 3; layer++) {
      y = concat([y, relu(convNorm(`${name}.layers.${layer}`, y, growth, 3))], 1);
    }
    return y;
  };

  const stem = relu(convNorm('stem', sub(mul(images, 2), 1), 8, 3));
  const block1 = denseBlock('block1', stem);
  const narrow = avgPool2d(relu(convNorm('transition', block1, 8, 1)), { kernel: 4 });
  const norm = convNorm('norm', denseBlock('block2', narrow), 16, 1);
  return {
    logits: linearLayer(scope, 'linear', globalAveragePool(relu(norm)), numClasses),
    layers: { block1, norm },
  };
}
