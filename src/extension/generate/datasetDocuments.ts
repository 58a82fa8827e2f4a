import path from 'node:path';

import * as vscode from 'vscode';

import type { DatasetSummary } from '../../protocol/datasetSummary.ts';
import { datasetReport } from './datasetReport.ts';

const SCHEME = 'tsynd-summary';

/** Summaries of datasets as documents that can be read, searched and copied from, and not written to. */
export class DatasetDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly reports = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registration: vscode.Disposable;

  constructor() {
    this.registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  /** Shows a summary; with `preserveFocus` the keys stay with what the person is doing. */
  async show(summary: DatasetSummary, { preserveFocus = false } = {}): Promise<void> {
    const name = `/${path.basename(summary.path)} summary`;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: name, query: summary.path });
    this.reports.set(uri.toString(), datasetReport(summary));
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true, preserveFocus });
  }

  provideTextDocumentContent(uri: vscode.Uri): string | undefined {
    return this.reports.get(uri.toString());
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
