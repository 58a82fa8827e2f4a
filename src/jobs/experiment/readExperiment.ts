import { describeIssues } from '../../data/describeIssues.ts';
import { parseJson } from '../../data/parseJson.ts';
import { readIfPresent } from '../../data/readIfPresent.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { experimentPlanSchema, type ExperimentPlan } from '../../protocol/experiment.ts';
import { experimentPaths } from './experimentPaths.ts';

/** What was planned in an experiment's folder. Throws TsyndError 'run/not-found' and 'run/corrupt'. */
export async function readExperiment(folder: string): Promise<ExperimentPlan> {
  const plan = await findExperiment(folder);
  if (plan) return plan;
  const { root } = experimentPaths(folder);
  throw new TsyndError('run/not-found', `There is no experiment in ${root}: it has no experiment.json.`, {
    remedy: 'Choose the folder of an experiment that was begun.',
    details: { folder: root },
  });
}

/** The same, undefined where there is no experiment. */
export async function findExperiment(folder: string): Promise<ExperimentPlan | undefined> {
  const { plan: file } = experimentPaths(folder);
  const bytes = await readIfPresent(file);
  if (!bytes) return undefined;
  const checked = experimentPlanSchema.safeParse(parseJson(bytes.toString()));
  if (checked.success) return checked.data;
  throw new TsyndError('run/corrupt', `${file} cannot be read (${describeIssues(checked.error)}).`, {
    remedy: 'Delete it and run the experiment again by its YAML file: cells that are finished stay.',
    details: { file },
    cause: checked.error,
  });
}
