import type { ExperimentPlan } from '../../protocol/experiment.ts';
import { isPlainMethod } from '../../protocol/methods.ts';
import type { ReportRow } from '../../protocol/report.ts';
import { poolSettings } from './armSettings.ts';
import { unequalTraining } from './unequalTraining.ts';

interface Design {
  readonly plan: ExperimentPlan;
  readonly rows: readonly ReportRow[];
}

/** In what arms differ beside what they are compared in, and what the design of a grid cannot show. */
export function designLimits({ plan, rows }: Design): string[] {
  const isPartial = rows.some(({ fraction }) => fraction < 1);
  const online = rows.some(({ setup }) => !isPlainMethod(setup.method));
  return [
    ...(online
      ? [
          'Methods that make synthetic images in training see half as many real images in each step as those that do not; the number of steps is the same.',
        ]
      : []),
    ...unequalTraining(plan.file, rows),
    ...(isPartial && rows.some((row) => autoencoderSeesAll(plan, row))
      ? [
          'Autoencoders, also those behind pools, were trained on all training images without their labels, of which the baseline saw only its fraction.',
        ]
      : []),
    ...foreignPools(plan, rows),
    ...(isPartial && rows.some(({ setup }) => setup.validation === 'full')
      ? [
          'The epoch was chosen with the full validation set while only a fraction of the training labels was used, which nobody with so few labels could do.',
        ]
      : []),
    ...(plan.file.subsetSeed !== undefined && isPartial
      ? [
          'All seeds train on the same images of a fraction: the spread over seeds does not show that of the choice of images.',
        ]
      : []),
    ...(plan.file.arms.length > 1
      ? [
          'Intervals take test images for independent. Where several come from one patient, they are too narrow; datasets do not say.',
        ]
      : []),
    ...(new Set(rows.map(({ setup }) => setup.recipe)).size > 1
      ? ['The arms do not share one training recipe, so that differences may be those of the recipe.']
      : []),
  ];
}

/** Whether the autoencoder of an arm's method, or of its pool, sees images that the baseline of the fraction does not. */
function autoencoderSeesAll({ file }: ExperimentPlan, { setup }: ReportRow): boolean {
  if (setup.autoencoderData === 'all') return true;
  const pool = setup.pool === null ? undefined : poolSettings(file, setup.pool);
  // A pool of a plain method is made as `mi` makes samples, through an autoencoder, too.
  return pool?.autoencoder.data === 'all';
}

/** What a generator saw that the experiment did not run can be anything: its images may know more than the real arm. */
function foreignPools({ file }: ExperimentPlan, rows: readonly ReportRow[]): string[] {
  const used = new Set(rows.flatMap(({ setup }) => setup.pool ?? []));
  const foreign = [...used].filter((name) => poolSettings(file, name) === undefined);
  if (foreign.length === 0) return [];
  return [
    `What the generator behind ${foreign.join(', ')} was trained on, and whose labels it knew, is not controlled here: its images may bring knowledge that the arm of real images alone does not have.`,
  ];
}
