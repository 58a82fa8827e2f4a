import type { RobustEvaluation } from '../jobs/evaluation/evaluateRobustly.ts';
import { describeCondition } from '../protocol/testConditions.ts';
import { formatTable } from './formatTable.ts';

/** The scores of a run under all conditions and the checks for masked gradients, as lines of text for a terminal. */
export function formatRobustness({
  runId,
  testImages,
  majorityRate,
  conditions,
  masking,
}: RobustEvaluation): string[] {
  const rows = conditions.map(({ condition, accuracy, balancedAccuracy, auroc, calibrationError }) => [
    describeCondition(condition),
    decimals(accuracy),
    decimals(majorityRate),
    decimals(balancedAccuracy),
    auroc === undefined ? 'undefined' : decimals(auroc),
    decimals(calibrationError),
  ]);
  return [
    `${runId} on ${testImages} test images`,
    ...formatTable([['', 'accuracy', 'majority rate', 'balanced accuracy', 'AUC', 'ECE'], ...rows]),
    'Checks for masked gradients',
    ...masking.map(({ check, passed, found }) => `  ${passed ? 'passed' : 'FAILED'}  ${check} ${found}`),
  ];
}

function decimals(value: number): string {
  return value.toFixed(3);
}
