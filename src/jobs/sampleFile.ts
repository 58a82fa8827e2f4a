/**
 * Where a sample's image lies in its run: `synthetic/<class>/<id>.png`, with what a file system could mistake in the
 * class's name replaced by `-`. Images with several labels lie under their names joined by `+`, or under `none`.
 */
export function sampleFile(
  classNames: readonly string[],
  label: number | readonly (0 | 1)[],
  id: string,
): string {
  const names =
    typeof label === 'number' ? [classNames[label]] : classNames.filter((_, index) => label[index] === 1);
  const folder = names
    .map((name) =>
      name
        .replaceAll(/[^\p{L}\p{N} _.-]+/gu, '-')
        .replace(/^\.+/, '-')
        .trim(),
    )
    .join('+');
  return `synthetic/${folder || 'none'}/${id}.png`;
}
