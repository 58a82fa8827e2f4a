import path from 'node:path';

import { escapeGlob } from '../escapeGlob.ts';

/** Where runs lie, as the settings say it: relative to each workspace folder, or absolute. */
export interface RunFolderOptions {
  readonly workspaceFolders: readonly WorkspaceFolderRuns[];
  /** For datasets while no folder is open. */
  readonly setting: string;
}

/** A workspace folder, which may have a setting of its own. */
export interface WorkspaceFolderRuns {
  /** Absolute. */
  readonly folder: string;
  /** `.tsynd/runs` unless the person wants another place. */
  readonly setting: string;
}

/** The folders that hold runs: one a workspace folder, or the ones that absolute settings name. */
export function runFoldersOf({ workspaceFolders, setting }: RunFolderOptions): readonly string[] {
  const folders = workspaceFolders.map((place) => path.resolve(place.folder, place.setting));
  return [...new Set(path.isAbsolute(setting) ? [...folders, path.normalize(setting)] : folders)];
}

/**
 * The folder for new runs of a dataset: that of the workspace folder that contains it (the innermost of several), else
 * of the first one; without any, beside the dataset.
 */
export function runFolderFor(datasetPath: string, { workspaceFolders, setting }: RunFolderOptions): string {
  const holders = workspaceFolders
    .filter(({ folder }) => isWithin(datasetPath, folder))
    .sort((a, b) => b.folder.length - a.folder.length);
  const place = holders.at(0) ?? workspaceFolders.at(0) ?? { folder: path.dirname(datasetPath), setting };
  return path.resolve(place.folder, place.setting);
}

/** Whether `file` is `folder` or lies in it. */
export function isWithin(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

const TELLING_FILES = ['run.json', 'run.lock', 'metrics.jsonl', 'samples.jsonl'];

/**
 * Glob patterns for what changes with the runs below `relative`, a path in the folder that is watched (empty for that
 * folder itself): the files that tell of them, and the folders that take runs along when they are deleted.
 */
export function runPatterns(relative: string): { readonly files: string; readonly folders: string } {
  const parts = relative.split(path.sep).filter((part) => part !== '');
  const above = parts.map((_, index) =>
    parts
      .slice(0, index + 1)
      .map(escapeGlob)
      .join('/'),
  );
  const prefix = above.length > 0 ? `${above.at(-1)}/` : '';
  return {
    files: oneOf(TELLING_FILES.map((file) => `${prefix}*/${file}`)),
    folders: oneOf([...above, `${prefix}*`]),
  };
}

function oneOf(patterns: readonly string[]): string {
  return patterns.length === 1 ? patterns[0] : `{${patterns.join(',')}}`;
}
