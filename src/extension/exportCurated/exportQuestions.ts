import * as vscode from 'vscode';
import type { ExportFormat } from '../../protocol/libraryApi.ts';
import type { RunDataset } from '../../protocol/runSummary.ts';
import { exportFormats } from './exportFormats.ts';

export interface ExportAnswers {
  readonly format: ExportFormat;
  readonly syntheticOnly: boolean;
}

type Item<T> = vscode.QuickPickItem & { readonly value: T };

/** Asks for the format and what goes in, with a way back. @returns nothing when the person left */
export async function askForExport(dataset: RunDataset | undefined): Promise<ExportAnswers | undefined> {
  let format: ExportFormat | undefined;
  for (;;) {
    const chosenFormat = await pick({
      step: 1,
      placeholder: vscode.l10n.t('What to write'),
      items: exportFormats(dataset).map(({ format, ...text }) => ({ ...text, value: format })),
      active: format,
    });
    if (chosenFormat === undefined || chosenFormat === 'back') return undefined;
    format = chosenFormat;
    const contents = await pick({
      step: 2,
      placeholder: vscode.l10n.t(
        'Which training images go in; validation and test images always go along unchanged',
      ),
      items: [
        {
          label: vscode.l10n.t('Real and accepted synthetic images'),
          detail: vscode.l10n.t('The training images that the run used, and the samples that you accepted.'),
          value: 'all',
        },
        {
          label: vscode.l10n.t('Accepted synthetic images only'),
          detail: vscode.l10n.t('No real image in training; to mix the samples with other data yourself.'),
          value: 'synthetic',
        },
      ],
      active: undefined,
    });
    if (contents === undefined) return undefined;
    if (contents !== 'back') return { format, syntheticOnly: contents === 'synthetic' };
  }
}

interface Question<T> {
  readonly step: number;
  readonly placeholder: string;
  readonly items: readonly Item<T>[];
  /** What was chosen before, after the person came back. */
  readonly active: T | undefined;
}

function pick<T extends string>({
  step,
  placeholder,
  items,
  active,
}: Question<T>): Promise<T | 'back' | undefined> {
  const quickPick = vscode.window.createQuickPick<Item<T>>();
  quickPick.title = vscode.l10n.t('Export Curated Training Set');
  quickPick.step = step;
  quickPick.totalSteps = 2;
  quickPick.placeholder = placeholder;
  quickPick.items = items;
  // None would be active at first if this were given an empty list.
  if (active !== undefined) quickPick.activeItems = items.filter(({ value }) => value === active);
  quickPick.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    quickPick.onDidAccept(() => {
      resolve(quickPick.activeItems[0]?.value);
      quickPick.hide();
    });
    quickPick.onDidTriggerButton(() => {
      resolve('back');
      quickPick.hide();
    });
    // Also after an answer, which then stands.
    quickPick.onDidHide(() => {
      resolve(undefined);
      quickPick.dispose();
    });
    quickPick.show();
  });
}
