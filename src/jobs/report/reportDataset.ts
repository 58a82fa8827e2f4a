import type { ExperimentPlan } from '../../protocol/experiment.ts';
import type { ReportDataset } from '../../protocol/report.ts';

type PlannedDataset = ExperimentPlan['datasets'][number];

/** A dataset with what always predicting the most frequent class of the test images would score. */
export function reportDataset(dataset: PlannedDataset): ReportDataset {
  const { name, sha256, task, classNames, imageSize, counts } = dataset;
  return { name, sha256, task, classNames, imageSize, counts, ...majorityOf(dataset) };
}

function majorityOf({
  task,
  classNames,
  counts,
  classCounts,
}: PlannedDataset): Pick<ReportDataset, 'majorityRate' | 'majorityClass'> {
  const images = Math.max(1, counts.test);
  if (task === 'multi-label') {
    const rates = classCounts.test.map((count) => Math.max(count, counts.test - count) / images);
    const majorityRate = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    return { majorityRate, majorityClass: 'of each label on its own' };
  }
  const most = Math.max(...classCounts.test);
  return { majorityRate: most / images, majorityClass: classNames[classCounts.test.indexOf(most)] };
}
