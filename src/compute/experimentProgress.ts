import type { ExperimentEvent } from '../jobs/experiment/experimentEvent.ts';
import type { ExperimentProgress } from '../protocol/computeApi.ts';
import { describeError } from '../protocol/errors.ts';

export const EXPERIMENT_START: ExperimentProgress = { done: 0, total: 0, warnings: [] };

/** How far an experiment is after an event. */
export function nextExperimentProgress(
  progress: ExperimentProgress,
  event: ExperimentEvent,
): ExperimentProgress {
  const { warnings } = progress;
  switch (event.type) {
    case 'plan': {
      const { folder, plan, finished } = event;
      return { ...progress, folder, done: finished, total: plan.cells.length };
    }
    case 'begin':
      return { ...progress, cell: event.part.id, stage: undefined, share: undefined };
    case 'end': {
      const { error, part, done, total, secondsLeft } = event;
      const failed = error ? [`${part.id} failed: ${describeError(error)}`] : [];
      const idle = { cell: undefined, stage: undefined, share: undefined };
      return { ...progress, ...idle, done, total, secondsLeft, warnings: [...warnings, ...failed] };
    }
    case 'progress':
      return { ...progress, stage: event.stage, share: shareOf(event) };
    case 'evaluation':
      return { ...progress, stage: `evaluation: ${event.condition}`, share: shareOf(event) };
    case 'warning': {
      // Cells of one kind warn of the same.
      const { message } = event;
      return warnings.includes(message) ? progress : { ...progress, warnings: [...warnings, message] };
    }
    case 'dataset':
    case 'run':
    case 'metrics':
    case 'stageFinished':
      return progress;
  }
}

function shareOf({ done, total }: { readonly done: number; readonly total: number }): number | undefined {
  return total > 0 ? done / total : undefined;
}
