import * as vscode from 'vscode';

import { escapeGlob } from '../escapeGlob.ts';

/** Calls back when a file has been written again; the returned object ends that. */
export function onFileChanged(file: vscode.Uri, changed: () => void): vscode.Disposable {
  const folder = vscode.Uri.joinPath(file, '..');
  // The pattern may match others, too: the path is compared below.
  const name = escapeGlob(file.path.slice(file.path.lastIndexOf('/') + 1));
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, name));
  const check = (uri: vscode.Uri): void => {
    if (uri.path === file.path) changed();
  };
  watcher.onDidChange(check);
  watcher.onDidCreate(check);
  return watcher;
}
