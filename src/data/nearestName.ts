/** The known name that takes the fewest edits to become what was typed; the first of them where several do. */
export function nearestName<Name extends string>(typed: string, known: readonly Name[]): Name {
  return known.reduce((best, next) => (editDistance(typed, next) < editDistance(typed, best) ? next : best));
}

/** Levenshtein distance: insertions, deletions and replacements that turn one word into the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = previous[column - 1] + (from[row - 1].toLowerCase() === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column] + 1, current[column - 1] + 1));
    }
    previous = current;
  }
  return previous[to.length];
}
