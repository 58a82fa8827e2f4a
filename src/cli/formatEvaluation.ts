import type { RunEvaluation } from '../jobs/evaluateRun.ts';
import { formatTable } from './formatTable.ts';

/** The scores of a run on the test images, as lines of text for a terminal. */
export function formatEvaluation({ run, classNames, testImages, test }: RunEvaluation): string[] {
  return [
    `${run} on ${testImages} test images`,
    ...formatTable([
      ['accuracy', decimals(test.accuracy)],
      ['balanced accuracy', decimals(test.balancedAccuracy)],
      ['AUC', test.auroc === undefined ? 'undefined' : decimals(test.auroc)],
      ['majority-class rate', decimals(test.majorityRate)],
    ]),
    ...(test.confusionMatrix ? formatConfusion(test.confusionMatrix, classNames) : []),
    ...(test.labelConfusionMatrices ? formatLabels(test.labelConfusionMatrices, classNames) : []),
    ...test.warnings,
  ];
}

function formatConfusion(matrix: readonly (readonly number[])[], classNames: readonly string[]): string[] {
  return [
    'Confusion matrix (rows: true class, columns: predicted class)',
    ...formatTable([
      ['', ...classNames],
      ...matrix.map((row, label) => [classNames[label] ?? String(label), ...row.map(String)]),
    ]),
  ];
}

function formatLabels(
  matrices: readonly (readonly (readonly number[])[])[],
  labelNames: readonly string[],
): string[] {
  return [
    'Each label on its own',
    ...formatTable([
      ['', 'true positives', 'false positives', 'false negatives', 'true negatives'],
      ...matrices.map(([negatives, positives], label) => [
        labelNames[label] ?? String(label),
        ...[positives[1], negatives[1], positives[0], negatives[0]].map(String),
      ]),
    ]),
  ];
}

function decimals(value: number): string {
  return value.toFixed(3);
}
