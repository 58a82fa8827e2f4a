import type { ExperimentPlan } from '../../protocol/experiment.ts';
import type { ReportDataset, ReportRow } from '../../protocol/report.ts';
import { describeCondition } from '../../protocol/testConditions.ts';
import { runPaths } from '../../runs/runFolder.ts';
import type { CellResult } from './cellResult.ts';
import { designLimits } from './designLimits.ts';
import type { ReportMemory } from './reportMemory.ts';

export interface WarningContext {
  readonly plan: ExperimentPlan;
  readonly rows: readonly ReportRow[];
  readonly datasets: readonly ReportDataset[];
  readonly results: readonly CellResult[];
}

/** Fewer seeds say little of the next one. */
const ENOUGH_SEEDS = 5;
/** An accuracy this near to the majority rate says nothing that a constant would not. */
const HAIR = 0.005;

/** What a reader must know before any number, the gravest first. */
export async function reportWarnings(context: WarningContext, memory: ReportMemory): Promise<string[]> {
  return [
    ...unfinished(context),
    ...(await otherClassifiers(context, memory)),
    ...otherDatasets(context),
    ...oneClass(context),
    ...nearMajority(context),
    ...maskedGradients(context),
    ...fewSeeds(context),
    ...designLimits(context),
    ...manyComparisons(context),
    ...otherMachines(context),
  ];
}

function unfinished({ results }: WarningContext): string[] {
  const open = results.filter(({ status }) => status !== 'finished');
  if (open.length === 0) return [];
  const failed = open.filter(({ status }) => status === 'failed').length;
  const note = failed > 0 ? `, ${failed} of them failed` : '';
  return [
    `${open.length} of ${results.length} cells are not finished${note}: means are over the seeds that are, which may be others in each arm.`,
  ];
}

async function otherClassifiers({ results }: WarningContext, memory: ReportMemory): Promise<string[]> {
  const changed: string[] = [];
  for (const { id, root, evaluation } of results) {
    if (!evaluation) continue;
    const sha256 = await memory.sha256(runPaths(root).classifier);
    if (sha256 !== undefined && sha256 !== evaluation.classifierSha256) changed.push(id);
  }
  if (changed.length === 0) return [];
  return [`Evaluated with another classifier than the one in their folder: ${changed.join(', ')}.`];
}

function otherDatasets({ results, datasets }: WarningContext): string[] {
  const changed = results.filter(({ evaluation, cell }) => {
    const planned = datasets.find(({ name }) => name === cell.dataset);
    return evaluation && planned && evaluation.datasetSha256 !== planned.sha256;
  });
  if (changed.length === 0) return [];
  return [`Evaluated on other images than those planned: ${changed.map(({ id }) => id).join(', ')}.`];
}

function oneClass({ rows, plan }: WarningContext): string[] {
  return rows.flatMap((row) => {
    const seen = row.conditions.filter(
      ({ key, oneClassSeeds }) => oneClassSeeds.length > 0 && plan.headline.includes(key),
    );
    if (seen.length === 0) return [];
    const places = seen.map(
      ({ condition, oneClassSeeds }) =>
        `${describeCondition(condition)} (seed${oneClassSeeds.length === 1 ? '' : 's'} ${oneClassSeeds.join(', ')})`,
    );
    return [
      `${nameOf(row)} predicts one class for every test image under ${places.join('; ')}: its accuracy there is that of a constant.`,
    ];
  });
}

function nearMajority({ rows, datasets, plan }: WarningContext): string[] {
  const near = rows.flatMap((row) => {
    const rate = datasets.find(({ name }) => name === row.dataset)?.majorityRate;
    const places = row.conditions.filter(({ key, metrics, oneClassSeeds }) => {
      const mean = metrics.accuracy.mean;
      const isNear = mean !== null && rate !== undefined && Math.abs(mean - rate) <= HAIR;
      return isNear && plan.headline.includes(key) && oneClassSeeds.length === 0;
    });
    if (places.length === 0) return [];
    return [`${nameOf(row)} (${places.map(({ condition }) => describeCondition(condition)).join(', ')})`];
  });
  if (near.length === 0) return [];
  return [
    `Mean accuracy within half a point of the majority rate, so look at AUC and balanced accuracy: ${near.join('; ')}.`,
  ];
}

function maskedGradients({ results }: WarningContext): string[] {
  return results.flatMap(({ id, evaluation }) =>
    (evaluation?.masking ?? [])
      .filter(({ passed }) => !passed)
      .map(
        ({ check, found }) =>
          `${id}: gradients may be masked, and attacks then look weaker than they are. Not so: ${check} Found: ${found}`,
      ),
  );
}

function fewSeeds({ plan }: WarningContext): string[] {
  const { length } = plan.file.seeds;
  if (length >= ENOUGH_SEEDS) return [];
  if (length === 1) {
    return [
      'One seed: there are no standard deviations and no intervals over seeds, and no difference is tested. Five seeds or more are better.',
    ];
  }
  return [
    `${length} seeds: standard deviations are rough, and 95 % intervals over so few are too narrow. Five seeds or more are better.`,
  ];
}

function manyComparisons({ rows, plan }: WarningContext): string[] {
  const tested = rows
    .flatMap(({ conditions }) => conditions)
    .filter(({ key }) => plan.headline.includes(key))
    .flatMap(({ metrics }) => Object.values(metrics))
    .filter(({ difference }) => difference && difference.verdict !== 'untested').length;
  if (tested < 20) return [];
  return [
    `${tested} differences were tested without a correction for their number: of those that are none, about one in twenty looks like one.`,
  ];
}

function otherMachines({ plan, results }: WarningContext): string[] {
  const known = results.flatMap(({ manifest }) => manifest ?? []);
  const devices = new Set(known.map(({ device }) => device.description));
  const versions = new Set(known.map(({ versions }) => JSON.stringify(versions)));
  return [
    ...(devices.size > 1 ? [`The cells ran on different devices: ${[...devices].join('; ')}.`] : []),
    ...(versions.size > 1 || (versions.size === 1 && !versions.has(JSON.stringify(plan.versions)))
      ? ['The cells were made by different versions of the program than the plan names, or by several.']
      : []),
  ];
}

function nameOf({ dataset, fraction, architecture, arm }: ReportRow): string {
  return `${dataset}, ${Number((100 * fraction).toPrecision(4))} %, ${architecture}, ${arm}`;
}
