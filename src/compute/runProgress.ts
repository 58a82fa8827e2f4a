import type { JobEvent } from '../jobs/progress.ts';
import { StagePace } from '../jobs/stagePace.ts';
import type { RunProgress } from '../protocol/computeApi.ts';

/** How far a run is, and what must be known to tell how long it still takes. */
export interface RunState {
  readonly progress: RunProgress;
  /** Of the stage under way. */
  readonly pace?: StagePace | undefined;
}

export const RUN_START: RunState = {
  progress: { stage: 'dataset', done: 0, total: 0, unit: 'steps', warnings: [] },
};

/** The state after an event of the run, at the time `now` in ms by any clock that only goes on. */
export function nextRunState(state: RunState, event: JobEvent, now: number): RunState {
  const { progress, pace } = state;
  switch (event.type) {
    case 'run': {
      const { folder, device } = event;
      return { progress: { ...progress, folder, device, stage: 'autoencoder' } };
    }
    case 'progress': {
      const { stage, done, total, unit, loss } = event;
      const isSame = pace?.stage === stage;
      const known = isSame ? pace : new StagePace(event, now);
      const secondsLeft = known.measure(event, now)?.secondsLeft;
      const epoch = isSame ? progress.epoch : undefined;
      return { progress: { ...progress, stage, done, total, unit, loss, epoch, secondsLeft }, pace: known };
    }
    case 'metrics': {
      const { line } = event;
      const isScored = line.stage === 'classifier' && line.split === 'val';
      const valAuroc = isScored ? line.auroc : progress.valAuroc;
      return { progress: { ...progress, epoch: line.epoch, valAuroc }, pace };
    }
    case 'warning':
      return { progress: { ...progress, warnings: [...progress.warnings, event.message] }, pace };
    case 'dataset':
    case 'stageFinished':
      return state;
  }
}
