import * as vscode from 'vscode';
import type { RunStore } from '../runs/runStore.ts';
import type { Services } from '../services.ts';
import { onFileChanged } from './fileChanges.ts';
import { inspectorContext } from './inspectorContext.ts';
import { InspectorSession } from './inspectorSession.ts';
import type { ShownImage } from './shownImage.ts';
import { showPage } from './webviewPage.ts';
import { webviewTransport } from './webviewTransport.ts';

/** One inspector: a panel of the editor, beside a file or in its place, and the session behind its page. */
export class Inspector {
  readonly panel: vscode.WebviewPanel;
  readonly session: InspectorSession;
  private watched: vscode.Disposable | undefined;

  constructor(panel: vscode.WebviewPanel, services: Services, shown: ShownImage | undefined) {
    const { context, log } = services;
    this.panel = panel;
    this.session = new InspectorSession(
      inspectorContext(services),
      shown,
      webviewTransport(panel.webview),
      (method, error) => log.debug(`${method}: ${String(error)}`),
    );
    showPage(panel.webview, context.extensionUri, 'inspector');
    this.watch();

    // What may be predicted, and by which runs, changes under an open inspector.
    const refreshed = vscode.Disposable.from(
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.session.refresh()),
      onFinishedRunsChanged(services.runs, () => this.session.refresh()),
    );
    panel.onDidChangeViewState(() => {
      if (!panel.visible) this.session.pageHidden();
    });
    panel.onDidDispose(() => {
      refreshed.dispose();
      this.watched?.dispose();
      this.session.dispose();
    });
  }

  show(shown: ShownImage | undefined): void {
    this.session.show(shown);
    this.watch();
  }

  private watch(): void {
    this.watched?.dispose();
    const { shown } = this.session;
    const isFile = shown?.image.kind === 'file' && !shown.problem;
    this.watched = isFile
      ? onFileChanged(vscode.Uri.file(shown.image.path), () => this.session.refresh())
      : undefined;
  }
}

/** Not for the first reading of the runs' folders, which brings nothing that an image's description does not read. */
function onFinishedRunsChanged(runs: RunStore, changed: () => void): vscode.Disposable {
  const finished = (): string | undefined => {
    const { entries } = runs;
    if (entries.length === 0) return undefined;
    return entries
      .flatMap(({ summary }) => (summary?.status === 'finished' ? summary.folder : []))
      .join('\n');
  };
  let last = finished();
  return runs.onDidChange(() => {
    const before = last;
    last = finished();
    if (before !== undefined && last !== before) changed();
  });
}
