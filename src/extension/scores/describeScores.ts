import type { ScoresSummary } from '../../protocol/scoreTable.ts';
import { countOf } from '../generate/datasetReport.ts';
import { formatDate } from '../runs/formatRun.ts';

/** Scores as a line of a list: `breastmnist`, `780 images · train, val, test`, and when. */
export function describeScores({ dataset, images, splits, scoredAt }: ScoresSummary): {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
} {
  return {
    label: dataset.name,
    description: `${countOf(images, 'image')} · ${splits.join(', ')}`,
    detail: `${formatDate(scoredAt)} · ${dataset.path}`,
  };
}
