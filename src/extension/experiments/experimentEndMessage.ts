import { describeError } from '../../protocol/errors.ts';
import { formatCells } from './describeExperiment.ts';
import type { ExperimentEnd } from './experimentStore.ts';

export type ExperimentEndAction = 'openReport' | 'continue' | 'openFile' | 'restart' | 'showLog';

/** What a person is told when an experiment has ended, and what they can do about it then and there. */
export interface ExperimentEndMessage {
  readonly severity: 'info' | 'error';
  readonly text: string;
  readonly actions: readonly ExperimentEndAction[];
}

/**
 * What to say of an experiment that has ended; undefined where there is nothing to say. `isHeld`: whether the queue waits
 * for a person to start the compute process again.
 */
export function experimentEndMessage(
  { job, entry, outcome }: ExperimentEnd,
  isHeld: boolean,
): ExperimentEndMessage | undefined {
  const { title } = entry;
  const isMade = entry.summary !== undefined;
  switch (outcome.kind) {
    case 'removed':
      return undefined;
    case 'finished': {
      const { finished, failed } = outcome.result;
      if (failed === 0) {
        const text = `${title} is finished: ${formatCells(finished)}.`;
        return { severity: 'info', text, actions: ['openReport'] };
      }
      const text = `${title}: ${formatCells(finished)} finished and ${failed} failed. The report says why.`;
      return { severity: 'error', text, actions: ['openReport', 'continue', 'showLog'] };
    }
    case 'stopped':
      return isMade
        ? {
            severity: 'info',
            text: `${title} is stopped. Cells that are finished are kept, and the one under way goes on where it was.`,
            actions: ['continue', 'openReport'],
          }
        : { severity: 'info', text: `${title} was stopped before it had begun.`, actions: [] };
    case 'crashed': {
      const off = isHeld ? ' It has crashed too often and stays off until you restart it.' : '';
      return {
        severity: 'error',
        text: `${title} was interrupted. ${outcome.error.message} All up to the last checkpoint is kept.${off}`,
        actions: [isHeld ? 'restart' : 'continue', 'showLog'],
      };
    }
    case 'failed':
      return {
        severity: 'error',
        text: `${title} failed. ${describeError(outcome.error)}`,
        actions: [isMade || job.file === undefined ? 'continue' : 'openFile', 'showLog'],
      };
  }
}
