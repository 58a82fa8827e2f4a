import type { Explanations, RunExplanation } from '../jobs/explain/explanations.ts';
import { formatTable } from './formatTable.ts';

/** What images were explained by, and what it took to change each prediction, as lines of text for a terminal. */
export function formatExplanations(explanations: Explanations): string[] {
  const { runs, images, adversarial, classNames, differenceRange } = explanations;
  const lines: string[] = [];
  runs.forEach(({ run }, index) => {
    lines.push(run.id);
    const rows = images.map(({ title, className = '', byRun }) => [
      title,
      className,
      ...describe(byRun[index], classNames),
    ]);
    const header = ['', 'class', 'explained', 'probability'];
    lines.push(...formatTable([[...header, ...(adversarial ? ['steps', 'L2', 'area'] : [])], ...rows]));
    const borrowed = images.at(0)?.byRun[index].adversarial?.autoencoderRun;
    if (borrowed !== undefined) lines.push(`  It has no autoencoder; that of ${borrowed} was used.`);
  });
  const isLost = images.some(({ byRun }) => byRun.some((one) => one.adversarial?.change.flippedAt === 0));
  if (isLost)
    lines.push('0 steps: the reconstruction is predicted otherwise already, so that no change is needed.');
  lines.push('Saliency is drawn from 0 to 1 for all maps.');
  if (adversarial) lines.push(`Changes are drawn on one scale up to ${differenceRange} of white.`);
  if (new Set(runs.map(({ autoencoderSha256 }) => autoencoderSha256)).size > 1) {
    lines.push(
      'The runs have different autoencoders, so that the sizes of their changes compare only roughly.',
    );
  }
  return lines;
}

function describe({ saliency, adversarial }: RunExplanation, classNames: readonly string[]): string[] {
  const { target, probability } = saliency.facts;
  const explained = [classNames[target], probability.toFixed(3)];
  if (!adversarial) return explained;
  const { flippedAt, l2, area } = adversarial.change;
  if (flippedAt === 0) return [...explained, '0', '-', '-'];
  return [...explained, flippedAt?.toString() ?? 'kept', l2.toFixed(2), `${(100 * area).toFixed(1)} %`];
}
