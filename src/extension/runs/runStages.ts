import type { RunProgress } from '../../protocol/computeApi.ts';
import { describeProgress, formatAuroc, formatSamples, joinParts, percentOf, stagesOf } from './formatRun.ts';
import type { RunEntry } from './runStore.ts';
import { datasetPathOf, statusOf } from './runStatus.ts';

/** A part of a run, as a line below it. */
export interface StagePresentation {
  readonly stage: RunProgress['stage'];
  readonly label: string;
  readonly description: string;
  /** A codicon. */
  readonly icon: string;
}

const LABELS: Readonly<Record<RunProgress['stage'], string>> = {
  dataset: 'Dataset',
  autoencoder: 'Autoencoder',
  classifier: 'Classifier',
  samples: 'Samples',
};

/** The parts of a run in their order; none where not even its settings are known. */
export function presentStages(entry: RunEntry): readonly StagePresentation[] {
  const { summary, job } = entry;
  const settings = summary?.settings ?? (job?.kind === 'generate' ? job.choices : undefined);
  if (!settings) return [];
  const stages = stagesOf(settings);
  const current = stages.indexOf(currentStage(entry));
  return stages.map((stage, index) => {
    const state = index < current ? 'done' : index > current ? 'waiting' : 'current';
    return { stage, label: LABELS[stage], ...describeStage(entry, stage, state) };
  });
}

type StageState = 'done' | 'current' | 'waiting';

function describeStage(
  entry: RunEntry,
  stage: RunProgress['stage'],
  state: StageState,
): Pick<StagePresentation, 'description' | 'icon'> {
  const facts = factsOf(entry, stage);
  if (statusOf(entry) === 'finished' || state === 'done') {
    return { description: facts ?? 'done', icon: 'check' };
  }
  if (state === 'waiting') return { description: '', icon: 'circle-outline' };
  if (entry.state === 'running' && entry.progress) {
    const percent = percentOf(entry.progress);
    const text = describeProgress(entry.progress).replace(`${stage} · `, '');
    return {
      description: joinParts([percent === undefined ? undefined : `${percent} %`, text]),
      icon: 'sync~spin',
    };
  }
  const status = statusOf(entry);
  if (status === 'queued' || status === 'running')
    return { description: facts ?? '', icon: 'circle-outline' };
  const hint = status === 'elsewhere' ? 'under way' : `${status} here`;
  return { description: joinParts([hint, facts]), icon: status === 'failed' ? 'error' : 'circle-slash' };
}

function factsOf(entry: RunEntry, stage: RunProgress['stage']): string | undefined {
  const { summary } = entry;
  switch (stage) {
    case 'dataset': {
      if (!summary?.dataset) return datasetPathOf(entry);
      const { classNames, imageSize } = summary.dataset;
      return `${classNames.length} classes · ${imageSize} px`;
    }
    case 'classifier':
      return (
        joinParts([
          summary?.bestEpoch === undefined ? undefined : `best epoch ${summary.bestEpoch}`,
          summary?.valAuroc === undefined ? undefined : `AUC ${formatAuroc(summary.valAuroc)}`,
        ]) || undefined
      );
    case 'samples':
      return summary && summary.samples > 0 ? formatSamples(summary.samples) : undefined;
    case 'autoencoder':
      return undefined;
  }
}

function currentStage({ state, progress, summary }: RunEntry): RunProgress['stage'] {
  if (state === 'running' && progress) return progress.stage;
  return summary?.stage ?? 'dataset';
}
