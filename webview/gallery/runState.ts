import type { RunSummary } from '../../src/protocol/runSummary.ts';
import { formatCount, formatSamples } from './formatting.ts';

/** What there is to say about a run whose samples are not all there. */
export interface RunMessage {
  readonly title: string;
  readonly text: string;
  readonly canResume: boolean;
  readonly isBusy: boolean;
}

const STAGES = {
  autoencoder: 'Training the autoencoder, stage 1 of 3.',
  classifier: 'Training the classifier, stage 2 of 3.',
  samples: 'Making samples, stage 3 of 3.',
} as const;

/** In place of a grid that has nothing to show. */
export function describeEmptyRun(run: RunSummary): RunMessage {
  switch (run.status) {
    case 'running': {
      const stage = run.stage ? STAGES[run.stage] : 'Reading the dataset.';
      const text = `${stage} Samples appear here as soon as they are made.`;
      return { title: 'No samples yet', text, canResume: false, isBusy: true };
    }
    case 'finished':
      return run.settings?.count === 0
        ? {
            title: 'This run makes no samples',
            text: `It was started with a count of 0${
              run.settings.method === 'baseline' ? ', as a baseline for comparison' : ''
            }. Its classifier can be used in the inspector.`,
            canResume: false,
            isBusy: false,
          }
        : {
            title: 'No samples',
            text: 'The run says that it is finished, but there are no samples in its folder.',
            canResume: false,
            isBusy: false,
          };
    case 'unreadable':
      return {
        title: 'This run cannot be read',
        text: run.problem ?? 'Its run.json is damaged.',
        canResume: false,
        isBusy: false,
      };
    case 'stopped':
    case 'interrupted':
    case 'failed':
      return {
        title: { stopped: 'Stopped', interrupted: 'Interrupted', failed: 'Failed' }[run.status],
        text: `${run.problem ?? 'The run ended before it made samples.'} It can go on from its last checkpoint.`,
        canResume: true,
        isBusy: false,
      };
  }
}

/** Above a grid that shows a part of what is to come; undefined when all is there. */
export function describePartialRun(run: RunSummary, samples: number): RunMessage | undefined {
  const total = run.settings?.count ?? samples;
  const ofTotal =
    samples < total ? `${formatCount(samples)} of ${formatSamples(total)}` : formatSamples(samples);
  switch (run.status) {
    case 'running':
      return {
        title: 'Still running',
        text: `${ofTotal} so far. New ones are added as they are made.`,
        canResume: false,
        isBusy: true,
      };
    case 'stopped':
    case 'interrupted':
    case 'failed':
      return {
        title: { stopped: 'Stopped', interrupted: 'Interrupted', failed: 'Failed' }[run.status],
        text: `${run.problem ? `${run.problem} ` : ''}The run ended with ${ofTotal}; these can be curated.`,
        canResume: true,
        isBusy: false,
      };
    case 'finished':
    case 'unreadable':
      return undefined;
  }
}
