import { l10n, type Uri } from 'vscode';

import { TsyndError } from '../protocol/errors.ts';

/**
 * The path by which our processes know a file or a folder. Throws TsyndError 'file/not-on-disk' for what lies in a
 * virtual file system, as of a repository that is only looked at.
 */
export function diskPath(uri: Uri): string {
  if (uri.scheme === 'file') return uri.fsPath;
  throw new TsyndError('file/not-on-disk', l10n.t('{0} does not lie on a disk.', uri.toString(true)), {
    remedy: l10n.t('Choose a place on the machine that runs TSynD, or copy it there.'),
  });
}
