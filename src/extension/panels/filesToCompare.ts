import { isImageFile, isOnDisk, type FileAddress } from './shownImage.ts';

/**
 * The paths of the image files that a command of the Explorer was given: all that are selected, where the one that was
 * clicked is among them. Empty for a command that came from elsewhere.
 */
export function filesToCompare(clicked: unknown, selected: unknown): readonly string[] {
  if (!isImage(clicked)) return [];
  const all = Array.isArray(selected) ? selected.filter(isImage) : [];
  const paths = all.map(({ fsPath }) => fsPath);
  return paths.includes(clicked.fsPath) ? [...new Set(paths)] : [clicked.fsPath];
}

function isImage(value: unknown): value is FileAddress {
  if (typeof value !== 'object' || value === null) return false;
  const { scheme, path, fsPath } = value as Partial<Record<keyof FileAddress, unknown>>;
  if (typeof scheme !== 'string' || typeof path !== 'string' || typeof fsPath !== 'string') return false;
  return isOnDisk({ scheme, path, fsPath }) && isImageFile(path);
}
