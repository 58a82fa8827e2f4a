import path from 'node:path';

import * as vscode from 'vscode';
import { z } from 'zod';

import { showFailure } from '../logging.ts';
import type { Services } from '../services.ts';
import { checkTrust } from '../trust.ts';
import { chooseRunPair } from './chooseRunPair.ts';
import { filesToCompare } from './filesToCompare.ts';
import { ComparePanel } from './comparePanel.ts';
import type { Comparison } from './compareSession.ts';
import { showMessage, webviewOptions } from './webviewPage.ts';

export const COMPARE_VIEW_TYPE = 'tsynd.compareExplanations';

const absolutePath = z.string().refine((file) => path.isAbsolute(file));

/** Of a page's state what the editor needs; the rest is the page's own. */
const restoredStateSchema = z.object({
  runs: z.tuple([absolutePath, absolutePath]),
  files: z.array(absolutePath),
});

/** All comparisons of the window. */
export class ComparePanels {
  private readonly services: Services;
  private readonly panels = new Set<ComparePanel>();

  constructor(services: Services) {
    this.services = services;
    services.context.subscriptions.push(services.runs.onWillDelete((run) => this.close(run)));
  }

  /**
   * Compares two runs: the one that a command of the tree was given, if any, and one that the person picks; on the image
   * files that a command of the Explorer was given, if any.
   */
  async choose(argument: unknown, selected: unknown): Promise<void> {
    if (!(await checkTrust(vscode.l10n.t('Comparing explanations')))) return;
    const files = filesToCompare(argument, selected);
    const runs = await chooseRunPair(this.services, files.length > 0 ? undefined : argument);
    if (runs) this.open({ runs: [runs[0].folder, runs[1].folder], files });
  }

  /** Brings a panel back after the window was reloaded. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const parsed = restoredStateSchema.safeParse(state);
    if (parsed.success) {
      this.adopt(panel, parsed.data);
      return;
    }
    const message = vscode.l10n.t(
      'This comparison was closed before it had loaded, so its runs are not known. Run "TSynD: Compare Explanations" again.',
    );
    showMessage(panel.webview, this.services.context.extensionUri, message);
  }

  private open(comparison: Comparison): void {
    const known = [...this.panels].find(({ session }) => hasRuns(session.comparison, comparison.runs));
    if (known) {
      if (comparison.files.length > 0) known.session.show(comparison);
      known.panel.reveal();
      return;
    }
    const title = vscode.l10n.t('Compare Explanations');
    const options = webviewOptions(this.services.context.extensionUri);
    const column = vscode.ViewColumn.Active;
    this.adopt(vscode.window.createWebviewPanel(COMPARE_VIEW_TYPE, title, column, options), comparison);
  }

  private adopt(panel: vscode.WebviewPanel, comparison: Comparison): void {
    const compare = new ComparePanel(
      panel,
      this.services,
      comparison,
      (asking) => void this.chooseFor(asking),
    );
    this.panels.add(compare);
    panel.onDidDispose(() => this.panels.delete(compare));
  }

  private async chooseFor({ session }: ComparePanel): Promise<void> {
    try {
      const runs = await chooseRunPair(this.services, undefined);
      if (runs) session.show({ ...session.comparison, runs: [runs[0].folder, runs[1].folder] });
    } catch (error) {
      void showFailure(this.services.log, error);
    }
  }

  private close(run: string): void {
    const folder = path.resolve(run);
    for (const { panel, session } of [...this.panels]) {
      if (session.comparison.runs.some((other) => path.resolve(other) === folder)) panel.dispose();
    }
  }
}

function hasRuns({ runs }: Comparison, others: readonly string[]): boolean {
  return runs.every((run) => others.includes(run));
}
