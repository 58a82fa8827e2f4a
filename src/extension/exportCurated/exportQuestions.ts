import * as vscode from 'vscode';

import type { ExportFormat } from '../../protocol/libraryApi.ts';
import type { RunDataset } from '../../protocol/runSummary.ts';
import type { FlowItem } from '../generate/flowItems.ts';
import { mapAnswer, runSteps } from '../generate/multiStep.ts';
import { askPick } from '../generate/quickInputs.ts';
import { exportFormats } from './exportFormats.ts';

export interface ExportAnswers {
  readonly format: ExportFormat;
  readonly syntheticOnly: boolean;
}

/** Asks for the format and what goes in, with a way back. @returns nothing when the person left */
export async function askForExport(dataset: RunDataset | undefined): Promise<ExportAnswers | undefined> {
  const title = vscode.l10n.t('Export Curated Training Set');
  const formats = exportFormats(dataset).map(({ format, ...text }) => ({ ...text, value: format }));
  const answer = await runSteps<ExportAnswers>(
    [
      async (state, place) => {
        const placeholder = vscode.l10n.t('What to write');
        const active = state.format;
        const format = await askPick({ title, placeholder, place, items: () => formats, active });
        return mapAnswer(format, (value) => ({ ...state, format: value }));
      },
      async (state, place) => {
        const placeholder = vscode.l10n.t(
          'Which training images go in; validation and test images always go along unchanged',
        );
        const active = state.syntheticOnly;
        const contents = await askPick({ title, placeholder, place, items: contentsItems, active });
        return mapAnswer(contents, (syntheticOnly) => ({ ...state, syntheticOnly }));
      },
    ],
    { format: formats[0].value, syntheticOnly: false },
  );
  return typeof answer === 'string' ? undefined : answer.value;
}

function contentsItems(): FlowItem<boolean>[] {
  return [
    {
      label: vscode.l10n.t('Real and accepted synthetic images'),
      detail: vscode.l10n.t('The training images that the run used, and the samples that you accepted.'),
      value: false,
    },
    {
      label: vscode.l10n.t('Accepted synthetic images only'),
      detail: vscode.l10n.t('No real image in training; to mix the samples with other data yourself.'),
      value: true,
    },
  ];
}
