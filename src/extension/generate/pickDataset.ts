import * as vscode from 'vscode';

import { diskPath } from '../diskPath.ts';
import { candidateText, type DatasetCandidate } from './datasetCandidates.ts';
import { findDatasets } from './findDatasets.ts';
import type { FlowItem } from './flowItems.ts';
import type { StepPlace } from './multiStep.ts';
import { askPick } from './quickInputs.ts';
import { Watched } from './watched.ts';

type Choice = { readonly kind: 'dataset'; readonly path: string } | { readonly kind: 'folder' | 'file' };

/**
 * Asks which dataset, out of those of the workspace or any other: its absolute path, or undefined when left. Throws
 * TsyndError 'file/not-on-disk' for one in a virtual file system.
 */
export async function pickDataset(
  title: string,
  log: vscode.LogOutputChannel,
  place: Partial<StepPlace> = {},
): Promise<string | undefined> {
  const found = new Watched<readonly DatasetCandidate[] | undefined>(undefined);
  const search = new vscode.CancellationTokenSource();
  findDatasets(search.token).then(
    (candidates) => found.set(candidates),
    (error: unknown) => {
      log.warn(`Looking for datasets: ${String(error)}`);
      found.set([]);
    },
  );
  try {
    for (;;) {
      const answer = await askPick<Choice>({
        title,
        placeholder: vscode.l10n.t(
          'Choose a dataset: class folders, an .npz archive, or a .csv list of images',
        ),
        place,
        items: () => [...(found.value ?? []).map(toItem), ...browseItems()],
        isBusy: () => found.value === undefined,
        watch: (changed) => found.onChange(changed),
      });
      if (typeof answer === 'string') return undefined;
      if (answer.value.kind === 'dataset') return answer.value.path;
      const chosen = await browse(answer.value.kind);
      if (chosen) return diskPath(chosen);
    }
  } finally {
    search.cancel();
    search.dispose();
  }
}

/** Dialogs of most systems choose either files or folders. */
async function browse(kind: 'folder' | 'file'): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Choose a Dataset'),
    openLabel: vscode.l10n.t('Choose'),
    canSelectFiles: kind === 'file',
    canSelectFolders: kind === 'folder',
    ...(kind === 'file' ? { filters: { [vscode.l10n.t('Datasets')]: ['npz', 'csv'] } } : {}),
  });
  return chosen?.at(0);
}

function toItem(candidate: DatasetCandidate): FlowItem<Choice> {
  const location = vscode.workspace.asRelativePath(candidate.path);
  return { ...candidateText(candidate, location), value: { kind: 'dataset', path: candidate.path } };
}

function browseItems(): FlowItem<Choice>[] {
  return [
    { label: vscode.l10n.t('Elsewhere'), isHeading: true },
    { label: `$(folder-opened) ${vscode.l10n.t('Browse for a Folder...')}`, value: { kind: 'folder' } },
    {
      label: `$(go-to-file) ${vscode.l10n.t('Browse for an .npz or .csv File...')}`,
      value: { kind: 'file' },
    },
  ];
}
