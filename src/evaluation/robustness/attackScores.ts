import type { HostTensor } from '../../engine/tensor.ts';
import type { Likelihood } from '../../tsynd/uncertainty.ts';
import type { Floats } from './attackedClassifier.ts';

/**
 * How far an attack has come with an image; the higher the worse for the classifier. With classes the margin
 * max over k != y of l_k - l_y, above 0 exactly where another class than y is predicted; with labels, where no single
 * number says that, the sum over labels of the binary cross-entropies.
 *
 * @param logits `[K]`
 * @param labels `[1]`, the class, or `[L]` of 0 and 1
 */
export function attackScore(logits: Floats, labels: ArrayLike<number>, likelihood: Likelihood): number {
  return likelihood === 'softmax' ? margin(logits, labels[0]) : labelLoss(logits, labels);
}

/** The `attackScore` of every image, `[N]`: of logits `[N, K]` and labels `[N]` or `[N, L]`. */
export function attackScores(logits: Floats, labels: HostTensor, likelihood: Likelihood): Float64Array {
  const [n] = labels.shape;
  const columns = logits.length / n;
  const width = labels.data.length / n;
  return Float64Array.from({ length: n }, (_, row) =>
    attackScore(
      logits.subarray(row * columns, (row + 1) * columns),
      labels.data.subarray(row * width, (row + 1) * width),
      likelihood,
    ),
  );
}

function margin(logits: Floats, label: number): number {
  let highest = -Infinity;
  for (let k = 0; k < logits.length; k++) if (k !== label) highest = Math.max(highest, logits[k]);
  return highest - logits[label];
}

/** sum of softplus(l) - y l. */
function labelLoss(logits: Floats, labels: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < logits.length; k++) {
    const logit = logits[k];
    sum += Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))) - labels[k] * logit;
  }
  return sum;
}
