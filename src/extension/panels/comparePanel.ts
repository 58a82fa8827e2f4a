import * as vscode from 'vscode';

import type { Services } from '../services.ts';
import { CompareSession, type CompareEditor, type Comparison } from './compareSession.ts';
import { compareTitle } from './compareTitle.ts';
import { showPage, tabIcon } from './webviewPage.ts';
import { webviewTransport } from './webviewTransport.ts';

/** One comparison: a panel of the editor and the session behind its page. */
export class ComparePanel {
  readonly panel: vscode.WebviewPanel;
  readonly session: CompareSession;

  /** Takes over a panel, new or restored; `chooseRuns` lets the person choose two other runs for it. */
  constructor(
    panel: vscode.WebviewPanel,
    services: Services,
    comparison: Comparison,
    chooseRuns: (panel: ComparePanel) => void,
  ) {
    const { context, log } = services;
    this.panel = panel;
    panel.iconPath = tabIcon(context.extensionUri);
    this.session = new CompareSession(
      this.editor(services, chooseRuns),
      comparison,
      webviewTransport(panel.webview),
      (method, error) => log.debug(`${method}: ${String(error)}`),
    );
    showPage(panel.webview, context.extensionUri, 'compare');
    const trusted = vscode.workspace.onDidGrantWorkspaceTrust(() => this.session.refresh());
    panel.onDidDispose(() => {
      trusted.dispose();
      this.session.dispose();
    });
  }

  private editor(
    { library, compute, runs }: Services,
    chooseRuns: (panel: ComparePanel) => void,
  ): CompareEditor {
    return {
      library,
      compute,
      get runFolders() {
        return runs.runFolders;
      },
      get canExplain() {
        return vscode.workspace.isTrusted;
      },
      chooseRuns: () => chooseRuns(this),
      loaded: (compared) => {
        this.panel.title = compareTitle(compared);
      },
    };
  }
}
