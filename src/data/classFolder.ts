/** What Windows takes for devices, whatever ending they have. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A class's name as the name of a folder: what a file system could mistake is replaced by `-`, or left out at the end;
 * empty where nothing is left.
 */
export function classFolder(className: string): string {
  const name = className
    .replaceAll(/[^\p{L}\p{N} _.-]+/gu, '-')
    .replace(/^\.+/, '-')
    .replace(/[. ]+$/, '')
    .trim();
  return DEVICES.test(name) ? `-${name}` : name;
}
