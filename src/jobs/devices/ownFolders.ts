import path from 'node:path';
import envPaths from 'env-paths';

export interface OwnFolders {
  /** What a person has let us fetch. */
  readonly data: string;
  /** What can be measured again. */
  readonly cache: string;
}

/** Where this program keeps what belongs to the machine and to no workspace; below `TSYND_FOLDER` where that is set. */
export function ownFolders(): OwnFolders {
  const folder = process.env.TSYND_FOLDER;
  if (folder !== undefined && folder !== '')
    return { data: path.resolve(folder, 'data'), cache: path.resolve(folder, 'cache') };
  const { data, cache } = envPaths('tsynd', { suffix: '' });
  return { data, cache };
}
