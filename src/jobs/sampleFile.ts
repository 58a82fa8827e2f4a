import { classFolder } from '../data/classFolder.ts';

/**
 * Where a sample's image lies in its run: `synthetic/<class>/<id>.png`. Images with several labels lie under their
 * names joined by `+`, or under `none`.
 */
export function sampleFile(
  classNames: readonly string[],
  label: number | readonly (0 | 1)[],
  id: string,
): string {
  const names =
    typeof label === 'number' ? [classNames[label]] : classNames.filter((_, index) => label[index] === 1);
  return `synthetic/${names.map(classFolder).join('+') || 'none'}/${id}.png`;
}
