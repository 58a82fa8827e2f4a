/** A class's name as the name of a folder: what a file system could mistake is replaced by `-`. */
export function classFolder(className: string): string {
  return className
    .replaceAll(/[^\p{L}\p{N} _.-]+/gu, '-')
    .replace(/^\.+/, '-')
    .trim();
}
