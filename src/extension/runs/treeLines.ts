/** Lines of a tree that are shown, by key in their order: each is a text that changes whenever the line does. */
export type TreeLines = ReadonlyMap<string, string>;

/** What has to be drawn again: `all` when lines have come, gone or moved, else the keys of those that changed. */
export function changedLines(before: TreeLines, after: TreeLines): 'all' | readonly string[] {
  const keys = [...after.keys()];
  const isSameOrder =
    before.size === keys.length && [...before.keys()].every((key, index) => key === keys[index]);
  return isSameOrder ? keys.filter((key) => before.get(key) !== after.get(key)) : 'all';
}
