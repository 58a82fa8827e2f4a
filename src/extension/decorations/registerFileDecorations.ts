import { access } from 'node:fs/promises';

import * as vscode from 'vscode';

import type { Services } from '../services.ts';
import { readSetting } from '../settings.ts';
import { BatchedLookup } from './batchedLookup.ts';
import { isBelow, SyntheticCandidates } from './syntheticCandidates.ts';
import { syntheticDecoration, type SyntheticDecoration } from './syntheticDecoration.ts';

/** The files that an opened folder shows at once are one request. */
const LOOKUP = { intervalMs: 50, capacity: 50_000 };

/** What is written when samples come, are decided about, or are exported. */
const LOGS = '**/{samples,curation,metadata}.jsonl';

/** Marks synthetic images in the file tree, with their mutual information in the tooltip. */
export function registerFileDecorations(services: Services): void {
  const provider = new SyntheticFileDecorations(services);
  services.context.subscriptions.push(provider, vscode.window.registerFileDecorationProvider(provider));
}

class SyntheticFileDecorations implements vscode.FileDecorationProvider, vscode.Disposable {
  private readonly services: Services;
  private readonly candidates = new SyntheticCandidates(exists);
  private readonly lookup: BatchedLookup<SyntheticDecoration>;
  private readonly changed = new vscode.EventEmitter<vscode.Uri[] | undefined>();
  readonly onDidChangeFileDecorations = this.changed.event;
  private readonly subscriptions: vscode.Disposable;

  constructor(services: Services) {
    this.services = services;
    this.lookup = new BatchedLookup((files) => this.describe(files), LOOKUP);
    const logs = vscode.workspace.createFileSystemWatcher(LOGS);
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      logs,
      logs.onDidCreate((log) => this.logChanged(log)),
      logs.onDidChange((log) => this.logChanged(log)),
      logs.onDidDelete((log) => this.logChanged(log)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('tsynd.showFileDecorations')) this.changed.fire(undefined);
      }),
    );
  }

  async provideFileDecoration(uri: vscode.Uri): Promise<vscode.FileDecoration | undefined> {
    if (uri.scheme !== 'file' || !readSetting('showFileDecorations', uri)) return undefined;
    if (!(await this.candidates.isCandidate(uri.fsPath))) return undefined;
    try {
      const decoration = await this.lookup.get(uri.fsPath);
      if (!decoration) return undefined;
      const colour = new vscode.ThemeColor('charts.purple');
      return new vscode.FileDecoration(decoration.badge, decoration.tooltip, colour);
    } catch (error) {
      // A file tree is no place for an error; whoever opens the run is told.
      this.services.log.debug(`File decorations: ${String(error)}`);
      return undefined;
    }
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async describe(files: readonly string[]): Promise<Map<string, SyntheticDecoration>> {
    const synthetic = await this.services.library.request('files/synthetic', { files });
    return new Map(synthetic.map((file) => [file.file, syntheticDecoration(file)]));
  }

  /** Of the files around a log, those that the tree has shown are asked about again. */
  private logChanged(log: vscode.Uri): void {
    const folder = vscode.Uri.joinPath(log, '..').fsPath;
    this.candidates.forget(folder);
    const stale = this.lookup.forget((file) => isBelow(file, folder));
    if (stale.length > 0) this.changed.fire(stale.map((file) => vscode.Uri.file(file)));
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
