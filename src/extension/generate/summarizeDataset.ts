import path from 'node:path';

import * as vscode from 'vscode';

import type { DatasetSummary } from '../../protocol/datasetSummary.ts';
import type { Services } from '../services.ts';
import { formatCount } from './datasetReport.ts';
import { pickDataset } from './pickDataset.ts';
import { sharedDocuments } from './sharedDocuments.ts';

/**
 * Reads a dataset, with progress that can be cancelled, and shows what is in it. The dataset is asked for when absent.
 * Throws TsyndError 'cancelled' and what reading throws.
 */
export async function summarizeDataset(services: Services, datasetPath?: string): Promise<void> {
  const title = vscode.l10n.t('Summarize dataset');
  const dataset = datasetPath ?? (await pickDataset(title, services.log));
  if (dataset === undefined) return;
  const summary = await readWithProgress(services, dataset);
  await sharedDocuments(services).show(summary);
}

function readWithProgress({ library }: Services, dataset: string): Thenable<DatasetSummary> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Reading {0}', path.basename(dataset)),
    cancellable: true,
  };
  return vscode.window.withProgress(options, (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    let percent = 0;
    return library.request(
      'dataset/inspect',
      { path: dataset },
      {
        signal: controller.signal,
        onProgress: ({ done, total }) => {
          const now = total > 0 ? (100 * done) / total : 0;
          const message = vscode.l10n.t('{0} of {1} images', formatCount(done), formatCount(total));
          progress.report({ message, increment: now - percent });
          percent = now;
        },
      },
    );
  });
}
