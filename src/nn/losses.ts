import { ShapeError } from '../engine/errors.ts';
import type { Value } from '../engine/graph.ts';
import { logSoftmax } from '../engine/ops/logSoftmax.ts';
import { mean } from '../engine/ops/mean.ts';
import { mul } from '../engine/ops/mul.ts';
import { neg } from '../engine/ops/neg.ts';
import { oneHot } from '../engine/ops/oneHot.ts';
import { softplus } from '../engine/ops/softplus.ts';
import { sub } from '../engine/ops/sub.ts';
import { sum } from '../engine/ops/sum.ts';
import { sameShape } from '../engine/tensor.ts';

/** -log softmax(logits)[label] of each image, in nats: logits `[N, K]`, labels int32 `[N]`, result `[N]`. */
export function crossEntropyPerImage(logits: Value, labels: Value): Value {
  const fits = labels.dtype === 'int32' && logits.shape.length === 2 && labels.shape.length === 1;
  if (!fits || labels.shape[0] !== logits.shape[0]) {
    const shapes = [logits.shape, labels.shape];
    throw new ShapeError('crossEntropy', 'expected logits [N, K] and int32 labels [N]', shapes);
  }
  const chosen = oneHot(labels, logits.shape[1]);
  return neg(sum(mul(chosen, logSoftmax(logits)), { axes: [1] }));
}

/** Mean cross-entropy in nats, shape `[]`: logits `[N, K]`, labels int32 `[N]`. */
export function crossEntropy(logits: Value, labels: Value): Value {
  return mean(crossEntropyPerImage(logits, labels));
}

/** softplus(l) - y l, the binary cross-entropy of each logit, in nats, without overflow; all of one shape. */
export function binaryCrossEntropyPerLabel(logits: Value, targets: Value): Value {
  requireSameShape('binaryCrossEntropy', logits, targets);
  return sub(softplus(logits), mul(logits, targets));
}

/** Mean binary cross-entropy over images and labels in nats, shape `[]`: logits and targets `[N, L]`. */
export function binaryCrossEntropy(logits: Value, targets: Value): Value {
  return mean(binaryCrossEntropyPerLabel(logits, targets));
}

/** Mean squared difference, shape `[]`. */
export function meanSquaredError(a: Value, b: Value): Value {
  requireSameShape('meanSquaredError', a, b);
  const difference = sub(a, b);
  return mean(mul(difference, difference));
}

/** Losses do not broadcast: a target of another shape is a mistake. */
function requireSameShape(name: string, a: Value, b: Value): void {
  if (!sameShape(a.shape, b.shape)) {
    throw new ShapeError(name, 'expected operands of one shape', [a.shape, b.shape]);
  }
}
