import type { ArmSetup, ReportedMetric, ReportRow } from '../../protocol/report.ts';
import type { Architecture, FilterSettings } from '../../protocol/settings.ts';
import type { TestCondition } from '../../protocol/testConditions.ts';
import { formatShare } from './numbers.ts';

export const METRIC_NAMES: Readonly<Record<ReportedMetric, string>> = {
  accuracy: 'accuracy',
  balancedAccuracy: 'balanced accuracy',
  auroc: 'AUC',
  calibrationError: 'calibration error',
  loss: 'cross-entropy',
};

/** As headings of columns and axes. */
export const METRIC_UNITS: Readonly<Record<ReportedMetric, string>> = {
  accuracy: 'accuracy (%)',
  balancedAccuracy: 'balanced accuracy (%)',
  auroc: 'AUC',
  calibrationError: 'calibration error (%)',
  loss: 'cross-entropy (nats)',
};

export function isLessBetter(metric: ReportedMetric): boolean {
  return metric === 'calibrationError' || metric === 'loss';
}

export const ARCHITECTURE_NAMES: Readonly<Record<Architecture, string>> = {
  resnet18: 'ResNet-18',
  resnet50: 'ResNet-50',
  densenet121: 'DenseNet-121',
  'deit-tiny': 'DeiT-tiny',
  'deit-small': 'DeiT-small',
  'deit-tiny-distilled': 'DeiT-tiny distilled',
  'deit-small-distilled': 'DeiT-small distilled',
};

const FILTER_NAMES: Readonly<Record<FilterSettings['kind'], string>> = {
  selective: 'selective filter',
  'uncertain-band': 'uncertain band',
};

/** What changes the test images, as the headings of curves have it. */
export const ATTACK_NAMES: Readonly<Record<TestCondition['kind'], string>> = {
  clean: 'clean',
  noise: 'Gaussian noise',
  fgsm: 'FGSM',
  pgd: 'PGD',
  square: 'Square',
};

type Place = Pick<ReportRow, 'dataset' | 'fraction' | 'architecture'>;

/** `BreastMNIST, 1 %, ResNet-18`. */
export function nameGroup({ dataset, fraction, architecture }: Place): string {
  return `${dataset}, ${formatShare(fraction)}, ${ARCHITECTURE_NAMES[architecture]}`;
}

/** `BreastMNIST, 1 %, ResNet-18: mi`. */
export function nameRow(row: Place & Pick<ReportRow, 'arm'>): string {
  return `${nameGroup(row)}: ${row.arm}`;
}

/** The training set of an arm, as the deck's table names its rows. */
export function nameTrainingSet({ mix, ratio, filter, pool, method, head }: ArmSetup): string {
  const amount = ratio === null ? '' : ` ${formatShare(ratio)}`;
  const set = {
    real: 'real',
    synthetic: `synthetic${amount}`,
    'real-and-synthetic': `real + synthetic${amount}`,
    'real-then-synthetic': `real, then fine-tuned on synthetic${amount}`,
    'synthetic-then-real': `synthetic${amount}, then fine-tuned on real`,
  }[mix];
  const details = [
    mix === 'real' || pool === null ? undefined : pool,
    mix === 'real' || filter === null ? undefined : FILTER_NAMES[filter],
    method === 'baseline' ? undefined : method,
    head === 'default' ? undefined : `${head} head`,
  ].filter((word) => word !== undefined);
  return details.length === 0 ? set : `${set} (${details.join(', ')})`;
}
