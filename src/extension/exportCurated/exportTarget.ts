import path from 'node:path';

import type { ExportFormat } from '../../protocol/libraryApi.ts';

export interface ExportPlace {
  readonly format: ExportFormat;
  /** The run whose samples are exported. */
  readonly run: string;
  readonly dataset: { readonly name: string; readonly path: string } | undefined;
  /** The workspace folder that holds the run, if any does. */
  readonly workspaceFolder: string | undefined;
}

/**
 * Where an export goes unless a person says otherwise, as an absolute path that is free: beside the dataset when that
 * lies inside the workspace, so that the Explorer shows both; else beside the workspace folder, since the workspace is
 * the dataset itself or has nothing to do with it.
 */
export function defaultTarget(place: ExportPlace, isTaken: (file: string) => boolean): string {
  const { format, run, dataset, workspaceFolder } = place;
  const isDatasetInside = dataset && workspaceFolder !== undefined && isInside(dataset.path, workspaceFolder);
  const folder = path.dirname(isDatasetInside ? dataset.path : (workspaceFolder ?? dataset?.path ?? run));
  const stem = `${dataset?.name ?? path.basename(run)}-curated`;
  const extension = format === 'npz' ? '.npz' : '';
  for (let number = 1; ; number++) {
    const name = `${stem}${number === 1 ? '' : `-${number}`}${extension}`;
    const target = path.join(folder, name);
    if (!isTaken(target)) return target;
  }
}

/** What is wrong with a target, in words, where that is known without writing; undefined when nothing is. */
export function targetProblem(
  target: string,
  { run, dataset }: Pick<ExportPlace, 'run' | 'dataset'>,
  isTaken: (file: string) => boolean,
): string | undefined {
  const name = path.basename(target);
  if (isTaken(target)) return `There is something called ${name} there already. An export replaces nothing.`;
  if (dataset && isInside(target, dataset.path)) {
    return `${name} would lie inside the dataset, which an export leaves as it is. Choose a place beside it.`;
  }
  if (isInside(target, run)) {
    return `${name} would lie inside the run, which an export leaves as it is. Choose another place.`;
  }
  return undefined;
}

/** A path with the ending that the format needs. */
export function withExtension(target: string, format: ExportFormat): string {
  return format === 'npz' && !/\.npz$/i.test(target) ? `${target}.npz` : target;
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && !/^\.\.($|[\\/])/.test(relative) && !path.isAbsolute(relative);
}
