import path from 'node:path';

import { runArgument } from '../panels/runArgument.ts';

const PLAN = 'experiment.json';

/** The folder of the experiment that a command is about, from whatever a command may be given; undefined for none. */
export function experimentArgument(argument: unknown): string | undefined {
  const given = runArgument(argument);
  if (given === undefined) return undefined;
  return path.resolve(path.basename(given) === PLAN ? path.dirname(given) : given);
}
