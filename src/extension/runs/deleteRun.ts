import { FileType, l10n, Uri, window, workspace } from 'vscode';

import { TsyndError } from '../../protocol/errors.ts';
import type { Services } from '../services.ts';
import { formatSamples } from './formatRun.ts';
import type { RunEntry } from './runStore.ts';
import { folderOf, statusOf, titleOf } from './runStatus.ts';

/**
 * Deletes a run's folder, and closes its gallery, after the person has confirmed it: to the trash, and where there is none, for good after a
 * second question. A job that never had a folder is taken off the list.
 *
 * Throws TsyndError 'run/locked' while the run trains, here or elsewhere.
 */
export async function deleteRun({ runs, log }: Services, entry: RunEntry): Promise<void> {
  const folder = folderOf(entry);
  const title = titleOf(entry);
  checkIsIdle(entry);
  if (folder === undefined) {
    runs.forget(entry.key);
    return;
  }
  const uri = Uri.file(folder);
  await checkIsRun(uri);
  const samples = entry.summary?.samples ?? 0;
  const detail = [
    folder,
    samples > 0
      ? l10n.t('Its checkpoints, {0} and your decisions about them go along.', formatSamples(samples))
      : l10n.t('Its checkpoints go along.'),
    l10n.t('The dataset is not touched. You can restore the folder from the trash.'),
  ].join('\n\n');
  if (!(await confirm(l10n.t('Delete the run {0}?', title), detail, l10n.t('Move to Trash')))) return;
  // A question may stand for long, and another window or a terminal may have gone on with the run meanwhile.
  await runs.refresh();
  checkIsIdle(runs.find(folder) ?? entry);
  runs.willDelete(folder);
  try {
    await workspace.fs.delete(uri, { recursive: true, useTrash: true });
  } catch (error) {
    log.warn(`${folder} could not be moved to the trash: ${String(error)}`);
    const question = l10n.t('{0} cannot be moved to the trash. Delete it for good?', title);
    const answer = l10n.t('Delete Permanently');
    if (!(await confirm(question, l10n.t('{0}\n\nThis cannot be undone.', folder), answer))) return;
    await workspace.fs.delete(uri, { recursive: true, useTrash: false });
  }
  await runs.refresh();
}

function checkIsIdle(entry: RunEntry): void {
  const status = statusOf(entry);
  if (status !== 'running' && status !== 'queued' && status !== 'elsewhere') return;
  throw new TsyndError('run/locked', l10n.t('{0} is in use and is not deleted.', titleOf(entry)), {
    remedy: l10n.t('Stop it first, in the window or terminal where it runs.'),
  });
}

/** A command can be given any path, and nothing else is to be deleted by it. */
async function checkIsRun(folder: Uri): Promise<void> {
  try {
    const { type } = await workspace.fs.stat(Uri.joinPath(folder, 'run.json'));
    if (type & FileType.File) return;
  } catch {
    // Not there: said below.
  }
  throw new TsyndError('run/not-found', l10n.t('{0} is not deleted: it has no run.json.', folder.fsPath), {
    remedy: l10n.t('Delete it in the Explorer, if that is what you want.'),
  });
}

async function confirm(question: string, detail: string, answer: string): Promise<boolean> {
  return (await window.showWarningMessage(question, { modal: true, detail }, answer)) === answer;
}
