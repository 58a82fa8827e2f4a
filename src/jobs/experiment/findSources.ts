import { existsSync } from 'node:fs';
import path from 'node:path';
import { TsyndError } from '../../protocol/errors.ts';

/** The dataset that is drawn where a file names it. */
export const PHANTOMS = 'phantoms';

/** Where the paths of an experiment's file lead. */
export interface SourcePlaces {
  /** The folder of the file. */
  readonly base: string;
  /** Where else to look. */
  readonly data?: string | undefined;
}

/** The absolute path of a file or folder that an experiment names: beside its file, else in the folder of data. */
export function findSource(written: string, places: SourcePlaces): string {
  return (
    candidates(written, places).find((candidate) => existsSync(candidate)) ??
    path.resolve(places.base, written)
  );
}

/** The same for a dataset. Throws TsyndError 'dataset/not-found' that names all places. */
export function findDataset(written: string, places: SourcePlaces): string {
  const found = findSource(written, places);
  if (existsSync(found)) return found;
  throw new TsyndError(
    'dataset/not-found',
    `There is no dataset ${candidates(written, places).join(' and no ')}.`,
    {
      remedy:
        'Put it there, change the path in the experiment, or name the folder of the datasets (on the command line: --data).',
    },
  );
}

function candidates(written: string, { base, data }: SourcePlaces): string[] {
  return [
    ...new Set([base, ...(data === undefined ? [] : [data])].map((folder) => path.resolve(folder, written))),
  ];
}
