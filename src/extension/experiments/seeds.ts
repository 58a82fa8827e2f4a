const LARGEST_SEED = 2 ** 32 - 1;
const MOST_SEEDS = 100;

/** `0, 1, 2` */
export function seedsText(seeds: readonly number[]): string {
  return seeds.join(', ');
}

/** What is wrong with a list of seeds, in one sentence; undefined when nothing is. */
export function seedsProblem(text: string): string | undefined {
  const parts = partsOf(text);
  const wrong = parts.find((part) => !/^\d+$/.test(part) || Number(part) > LARGEST_SEED);
  if (wrong !== undefined) return `'${wrong}' is no seed: seeds are whole numbers from 0 to ${LARGEST_SEED}.`;
  if (parts.length === 0) return 'At least one seed is needed.';
  if (parts.length > MOST_SEEDS) return `At most ${MOST_SEEDS} seeds.`;
  const twice = parts.find((part, index) => parts.findIndex((other) => +other === +part) < index);
  return twice === undefined ? undefined : `${+twice} stands there twice, and would count twice.`;
}

/** The seeds in a text in which nothing is wrong. */
export function parseSeeds(text: string): readonly number[] {
  return partsOf(text).map(Number);
}

function partsOf(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter((part) => part !== '');
}
