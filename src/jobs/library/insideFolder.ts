import path from 'node:path';

/** The parts of the path of `file` in `folder`, or undefined where it does not lie in it; links are not followed. */
export function partsInside(folder: string, file: string): string[] | undefined {
  const relative = path.relative(folder, file);
  if (relative === '' || path.isAbsolute(relative)) return undefined;
  const parts = relative.split(path.sep);
  return parts[0] === '..' ? undefined : parts;
}
