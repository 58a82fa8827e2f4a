import { describeError, type TsyndError } from '../../protocol/errors.ts';
import { formatAuroc, formatSamples, joinParts } from './formatRun.ts';
import type { RunEnd } from './runStore.ts';
import { folderOf, hasSamples, titleOf } from './runStatus.ts';

export type EndAction =
  'openGallery' | 'reveal' | 'resume' | 'chooseDataset' | 'changeSettings' | 'restart' | 'showLog';

/** What a person is told when a run has ended, and what they can do about it then and there. */
export interface EndMessage {
  readonly severity: 'info' | 'error';
  readonly text: string;
  readonly actions: readonly EndAction[];
}

/** `isHeld`: whether the queue waits for a person to start the compute process again. Undefined where there is nothing to say. */
export function endMessage({ entry, outcome }: RunEnd, isHeld: boolean): EndMessage | undefined {
  const title = titleOf(entry);
  const folder = folderOf(entry);
  switch (outcome.kind) {
    case 'removed':
      return undefined;
    case 'finished': {
      const { samples, valAuroc } = outcome.result;
      const facts = joinParts([
        samples > 0 ? formatSamples(samples) : undefined,
        valAuroc === undefined ? undefined : `validation AUC ${formatAuroc(valAuroc)}`,
      ]).replace(' · ', ', ');
      return {
        severity: 'info',
        text: `${title} is finished${facts === '' ? '' : `: ${facts}`}.`,
        actions: [samples > 0 ? 'openGallery' : 'reveal'],
      };
    }
    case 'stopped':
      return folder === undefined
        ? {
            severity: 'info',
            text: `${title} was stopped before it had a folder; nothing was written.`,
            actions: [],
          }
        : {
            severity: 'info',
            text: `${title} is stopped. It can be resumed where it was.`,
            actions: ['resume', ...(hasSamples(entry) ? (['openGallery'] as const) : [])],
          };
    case 'crashed': {
      const kept =
        folder === undefined ? 'Nothing was written yet.' : 'All up to its last checkpoint is kept.';
      const off = isHeld ? ' It has crashed too often and stays off until you restart it.' : '';
      return {
        severity: 'error',
        text: `${title} was interrupted. ${outcome.error.message} ${kept}${off}`,
        actions: [isHeld ? 'restart' : 'resume', 'showLog'],
      };
    }
    case 'failed':
      return {
        severity: 'error',
        text: `${title} failed. ${describeError(outcome.error)}`,
        actions: [remedyOf(outcome.error, folder !== undefined), 'showLog'],
      };
  }
}

/** The one step that is most likely to help. */
function remedyOf({ code }: TsyndError, hasFolder: boolean): EndAction {
  if (hasFolder && (code === 'dataset/not-found' || code === 'run/settings-differ')) return 'chooseDataset';
  if (code === 'process/unavailable' || code === 'process/protocol') return 'restart';
  return hasFolder ? 'resume' : 'changeSettings';
}
