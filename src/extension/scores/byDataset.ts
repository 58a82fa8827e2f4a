import path from 'node:path';

import { datasetPathOf } from '../runs/runStatus.ts';
import type { RunEntry } from '../runs/runStore.ts';

/** An order that puts runs made from a dataset before all others, and changes nothing else. */
export function byDataset(datasetPath: string): (a: RunEntry, b: RunEntry) => number {
  const wanted = path.resolve(datasetPath);
  const rank = (entry: RunEntry): number => {
    const dataset = datasetPathOf(entry);
    return dataset !== undefined && path.resolve(dataset) === wanted ? 0 : 1;
  };
  return (a, b) => rank(a) - rank(b);
}
