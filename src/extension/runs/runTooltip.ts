import {
  describeProgress,
  formatAuroc,
  formatDate,
  formatElapsed,
  formatSamples,
  percentOf,
} from './formatRun.ts';
import type { RunEntry } from './runStore.ts';
import { datasetPathOf, folderOf, problemOf, titleOf } from './runStatus.ts';

/** What there is to know of a run, as a table in Markdown; `status` is the status in words. */
export function tooltipOf(entry: RunEntry, status: string): string {
  const rows = [...rowsOf(entry, status)]
    .filter((row): row is [string, string] => row[1] !== undefined)
    .map(([name, value]) => `| ${name} | ${escapeMarkdown(value)} |`);
  const title = `**${escapeMarkdown(titleOf(entry))}**`;
  const problem = problemOf(entry);
  return [
    title,
    ...(problem === undefined ? [] : ['', escapeMarkdown(problem)]),
    '',
    '| | |',
    '|---|---|',
    ...rows,
  ].join('\n');
}

function* rowsOf(entry: RunEntry, status: string): Generator<[string, string | undefined]> {
  const { summary, progress, job } = entry;
  const { settings, dataset } = summary ?? {};
  const choices = job?.kind === 'generate' ? job.choices : undefined;
  const { preset, method, seed, fraction } = settings ?? choices ?? {};
  yield ['Status', status];
  if (entry.state === 'running' && progress) {
    const percent = percentOf(progress);
    yield [
      'Progress',
      describeProgress(progress) + (percent === undefined ? '' : ` (${percent} % of this stage)`),
    ];
    yield ['Warnings', progress.warnings.length > 0 ? progress.warnings.join(' ') : undefined];
  }
  yield ['Preset', preset];
  yield ['Method', method];
  yield ['Samples', describeCount(entry)];
  yield [
    'AUC',
    summary?.valAuroc === undefined ? undefined : describeAuroc(summary.valAuroc, summary.bestEpoch),
  ];
  yield ['Seed', seed === undefined ? undefined : String(seed)];
  yield [
    'Labels used',
    fraction === undefined || fraction === 1 ? undefined : `${+(fraction * 100).toFixed(2)} %`,
  ];
  yield [
    'Device',
    summary?.device ?? progress?.device ?? (job?.kind === 'generate' ? job.device : undefined),
  ];
  yield ['Classes', dataset && describeClasses(dataset.classNames)];
  yield ['Image size', dataset && `${dataset.imageSize} × ${dataset.imageSize} px`];
  yield ['Started', summary?.createdAt === undefined ? undefined : formatDate(summary.createdAt)];
  yield ['Time spent', summary?.seconds === undefined ? undefined : formatElapsed(summary.seconds)];
  if (summary?.lockedBy && entry.state === 'idle') {
    yield ['In use by', `process ${summary.lockedBy.pid} on ${summary.lockedBy.hostname}; read-only here`];
  }
  yield ['Dataset', datasetPathOf(entry)];
  yield ['Folder', folderOf(entry)];
}

function describeCount({ summary, job }: RunEntry): string | undefined {
  const wanted = summary?.settings?.count ?? (job?.kind === 'generate' ? job.choices.count : undefined);
  if (wanted === undefined) return undefined;
  if (wanted === 0) return 'none';
  const made = summary?.samples ?? 0;
  return made === wanted ? formatSamples(made) : `${made.toLocaleString('en')} of ${formatSamples(wanted)}`;
}

function describeAuroc(auroc: number, epoch: number | undefined): string {
  return `${formatAuroc(auroc)} on the validation images${epoch === undefined ? '' : `, epoch ${epoch}`}`;
}

const CLASSES_SHOWN = 6;

function describeClasses(names: readonly string[]): string {
  const more = names.length - CLASSES_SHOWN;
  const shown = names.slice(0, CLASSES_SHOWN).join(', ');
  return more > 0 ? `${names.length}: ${shown}, and ${more} more` : `${names.length}: ${shown}`;
}

/** Text as it is, whatever a dataset or a folder is called. */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]()#+\-!|~.$]/g, '\\$&');
}
