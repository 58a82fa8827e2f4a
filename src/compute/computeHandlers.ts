import { setImmediate } from 'node:timers/promises';
import { ClassifierImages } from '../jobs/classifierImages.ts';
import { runExperiment, type ExperimentResult } from '../jobs/experiment/runExperiment.ts';
import { Explainer } from '../jobs/explain/explainer.ts';
import { generate, resume, type GenerateResult } from '../jobs/generate.ts';
import { ImagePredictor } from '../jobs/predictImage.ts';
import type { JobEvent } from '../jobs/progress.ts';
import { measureRelevance } from '../jobs/relevance/measureRelevance.ts';
import { buildReport } from '../jobs/report/buildReport.ts';
import { writeReport } from '../jobs/report/writeReport.ts';
import { scoreDataset } from '../jobs/scores/scoreDataset.ts';
import type { ComputeApi, ExperimentProgress, RunProgress, RunResult } from '../protocol/computeApi.ts';
import type { DeviceName } from '../protocol/devices.ts';
import { TsyndError } from '../protocol/errors.ts';
import { makeSettings, sourcesOf } from '../protocol/generateChoices.ts';
import type { Handlers } from '../protocol/rpcPeer.ts';
import { checkedHandlers } from './checkedHandlers.ts';
import { COMPUTE_PARAMS } from './computeParams.ts';
import { EXPERIMENT_START, nextExperimentProgress } from './experimentProgress.ts';
import { nextRunState, RUN_START } from './runProgress.ts';

/** What the compute process answers. One run trains at a time; the rest is answered between its steps. */
export function computeHandlers(): Handlers<ComputeApi> {
  const images = new ClassifierImages();
  const predictor = new ImagePredictor(images);
  const explainer = new Explainer(images);
  let isTraining = false;

  async function train<T>(work: () => Promise<T>): Promise<T> {
    if (isTraining) {
      throw new TsyndError('process/unavailable', 'The compute process is training another run already.', {
        remedy: 'Wait until that run has ended, or stop it.',
      });
    }
    isTraining = true;
    try {
      return await work();
    } finally {
      isTraining = false;
    }
  }

  return checkedHandlers<ComputeApi>(COMPUTE_PARAMS, {
    'run/generate': ({ choices, threads, ...request }, { signal, progress }) => {
      const settings = makeSettings(choices);
      const sources = sourcesOf(choices);
      const onDevice = tellDevice(progress);
      return train(() =>
        followRun(
          generate({
            ...{ ...request, settings, sources, signal, onDevice },
            ...(threads === undefined ? {} : { threads }),
          }),
          progress,
        ),
      );
    },
    'run/resume': ({ run, datasetPath }, { signal, progress }) => {
      const onDevice = tellDevice(progress);
      return train(() => followRun(resume({ runPath: run, datasetPath, signal, onDevice }), progress));
    },
    'experiment/run': (params, { signal, progress }) => {
      const onDevice = (name: DeviceName): void =>
        progress({ ...EXPERIMENT_START, stage: `trying the device ${name}` });
      return train(() => followExperiment(runExperiment({ ...params, signal, onDevice }), progress));
    },
    'dataset/score': (params, { signal, progress }) =>
      scoreDataset({ ...params, signal, onProgress: (done, total) => progress({ done, total }) }),
    'explain/maps': (params, { signal }) => explainer.maps(params, { signal }),
    'explain/adversarial': (params, { signal }) => explainer.adversarial(params, { signal }),
    'explain/relevance': (params, { signal, progress }) =>
      measureRelevance({ ...params, signal, onProgress: (done, total) => progress({ done, total }) }),
    'image/predict': ({ run, image }, { signal }) => predictor.predict(run, image, signal),
  });
}

async function followExperiment(
  job: ReturnType<typeof runExperiment>,
  progress: (value: ExperimentProgress) => void,
): Promise<ExperimentResult> {
  let state = EXPERIMENT_START;
  for (;;) {
    progress(state);
    const next = await job.next();
    if (next.done) {
      const { folder } = next.value;
      await writeReport(folder, await buildReport(folder));
      return next.value;
    }
    state = nextExperimentProgress(state, next.value);
    await setImmediate(); // As in followRun.
  }
}

/** Devices are tried before a run begins. */
function tellDevice(progress: (value: RunProgress) => void): (name: DeviceName) => void {
  return (trying) => progress({ ...RUN_START.progress, trying });
}

async function followRun(
  job: AsyncGenerator<JobEvent, GenerateResult>,
  progress: (value: RunProgress) => void,
): Promise<RunResult> {
  let state = RUN_START;
  for (;;) {
    progress(state.progress);
    const next = await job.next();
    if (next.done) {
      const { folder, samples, bestEpoch, valAuroc } = next.value;
      return { folder, samples, bestEpoch, valAuroc };
    }
    state = nextRunState(state, next.value, performance.now());
    // A step blocks the event loop: messages, a cancellation for example, are only heard between steps.
    await setImmediate();
  }
}
