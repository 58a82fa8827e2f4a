/**
 * A label in the words of the dataset; `label` is a class index, or for multi-label one 0 or 1 a label. Several labels
 * are joined by `+`, and `none` stands for no label at all.
 */
export function labelName(classNames: readonly string[], label: number | readonly number[]): string {
  if (typeof label === 'number') return classNames[label];
  return classNames.filter((_, index) => label[index] === 1).join('+') || 'none';
}
