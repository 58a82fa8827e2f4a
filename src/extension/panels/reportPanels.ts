import path from 'node:path';

import * as vscode from 'vscode';
import { z } from 'zod';

import { resolveExperiment } from '../experiments/pickExperiment.ts';
import type { Services } from '../services.ts';
import type { Inspectors } from './inspectors.ts';
import { ReportPanel } from './reportPanel.ts';
import { showMessage, webviewOptions } from './webviewPage.ts';

const REPORT_VIEW_TYPE = 'tsynd.report';

/** Of a page's state what the editor needs; the rest is the page's own. */
const restoredStateSchema = z.object({ folder: z.string().refine((folder) => path.isAbsolute(folder)) });

/** All reports of the window, one an experiment. */
export class ReportPanels {
  private readonly services: Services;
  private readonly inspectors: Inspectors;
  private readonly panels = new Map<string, ReportPanel>();

  constructor(services: Services, inspectors: Inspectors) {
    this.services = services;
    this.inspectors = inspectors;
  }

  /** Of the experiment that a command was given, or else of one that the person picks. */
  async choose(argument: unknown): Promise<void> {
    const folder = await resolveExperiment(this.services, argument, {
      isCandidate: ({ summary, progress }) => summary !== undefined || progress?.folder !== undefined,
      placeHolder: vscode.l10n.t('Choose the experiment whose report to open'),
      none: vscode.l10n.t('There are no experiments in this workspace yet.'),
    });
    if (folder !== undefined) this.open(folder);
  }

  /** Brings a panel back after the window was reloaded. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const parsed = restoredStateSchema.safeParse(state);
    if (!parsed.success) {
      const message = vscode.l10n.t(
        'This report was closed before it had loaded, so its experiment is not known. Run "TSynD: Open Report" again.',
      );
      showMessage(panel.webview, this.services.context.extensionUri, message);
      return;
    }
    const folder = path.resolve(parsed.data.folder);
    if (this.panels.has(folder)) panel.dispose();
    else this.adopt(folder, panel);
  }

  private open(folder: string): void {
    const known = this.panels.get(folder);
    if (known) {
      known.panel.reveal();
      return;
    }
    const options = webviewOptions(this.services.context.extensionUri);
    const title = vscode.l10n.t('Report');
    const column = vscode.ViewColumn.Active;
    this.adopt(folder, vscode.window.createWebviewPanel(REPORT_VIEW_TYPE, title, column, options));
  }

  private adopt(folder: string, panel: vscode.WebviewPanel): void {
    const report = new ReportPanel(folder, panel, this.services, (image) =>
      this.inspectors.showToSide(image),
    );
    this.panels.set(folder, report);
    panel.onDidDispose(() => this.panels.delete(folder));
  }
}
