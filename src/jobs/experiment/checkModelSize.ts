import { TsyndError } from '../../protocol/errors.ts';

/** Ten times the largest network of the studies. The runtime takes no program of more than 2 GiB, weights included. */
const MOST_PARAMETERS = 250_000_000;

/** Throws TsyndError 'settings/invalid' for a network that could not be trained; `what` is what the message calls it. */
export function checkModelSize(
  what: string,
  { parameters }: { readonly parameters: ReadonlyMap<string, { readonly shape: readonly number[] }> },
): void {
  const sizes = [...parameters.values()].map(({ shape }) => shape.reduce((size, length) => size * length, 1));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= MOST_PARAMETERS) return;
  const millions = (count: number): string => `${Math.round(count / 1e6).toLocaleString('en')} million`;
  throw new TsyndError(
    'settings/invalid',
    `The ${what} would have ${millions(total)} parameters, and at most ${millions(MOST_PARAMETERS)} can be trained.`,
    { remedy: `Make it smaller: its width is that of the published networks at 64.` },
  );
}
