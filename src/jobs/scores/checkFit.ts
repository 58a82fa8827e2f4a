import type { Dataset } from '../../data/dataset.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { RunFolder } from '../../runs/runFolder.ts';

/**
 * Throws TsyndError 'run/settings-differ', naming the first difference, unless a dataset has the classes that a run's
 * classifier knows, in their order: labels are positions among them.
 */
export function checkFit(dataset: Dataset, { id, manifest }: RunFolder): void {
  const problem = difference(dataset, manifest.dataset, id);
  if (problem === undefined) return;
  throw new TsyndError('run/settings-differ', `${dataset.path} does not fit the classifier: ${problem}.`, {
    remedy: 'Choose a run that was made from a dataset with the same classes in the same order.',
    details: { expected: manifest.dataset.classNames, found: dataset.classNames },
  });
}

type Classes = Pick<Dataset, 'task' | 'classNames'>;

function difference(found: Classes, known: Classes, id: string): string | undefined {
  const isMultiLabel = ({ task }: Classes): boolean => task === 'multi-label';
  if (isMultiLabel(found) !== isMultiLabel(known)) {
    const kind = (classes: Classes): string => (isMultiLabel(classes) ? 'several labels' : 'one class');
    return `its images have ${kind(found)} each, and those of run ${id} have ${kind(known)}`;
  }
  const unknown = found.classNames.filter((name) => !known.classNames.includes(name));
  const missing = known.classNames.filter((name) => !found.classNames.includes(name));
  if (unknown.length > 0) return `run ${id} does not know ${namesOf(unknown)}${lacks(missing)}`;
  if (missing.length > 0) return `it has no ${namesOf(missing)}, which run ${id} knows`;
  const position = found.classNames.findIndex((name, index) => name !== known.classNames[index]);
  if (position < 0 && found.classNames.length === known.classNames.length) return undefined;
  return `class ${position} is ${found.classNames[position]}, and in run ${id} it is ${known.classNames[position]}`;
}

function lacks(missing: readonly string[]): string {
  return missing.length > 0 ? `, and the dataset has no ${namesOf(missing)}` : '';
}

function namesOf(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}
