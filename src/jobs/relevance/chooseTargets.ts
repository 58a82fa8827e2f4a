import { PREDICTED } from '../../explain/classActivation.ts';
import type { ExplainedClass } from '../../protocol/explanations.ts';
import type { Label } from '../../protocol/sampleTable.ts';
import { chooseTarget, targetCandidates } from '../explain/explainTarget.ts';

/**
 * The class to explain of each image, PREDICTED for the predicted one. `ask` gives their probabilities [n, K], and is
 * called only where an image has several labels to choose from.
 */
export async function chooseTargets(
  target: ExplainedClass,
  labels: readonly Label[],
  ask: () => Promise<Float32Array>,
): Promise<Int32Array> {
  const candidates = labels.map((label) => targetCandidates(target, label));
  if (candidates.every(({ length }) => length <= 1)) {
    return Int32Array.from(candidates, (classes) => classes.at(0) ?? PREDICTED);
  }
  const probs = await ask();
  const numClasses = probs.length / labels.length;
  return Int32Array.from(candidates, (classes, n) =>
    chooseTarget(classes, probs.subarray(n * numClasses, (n + 1) * numClasses)),
  );
}
