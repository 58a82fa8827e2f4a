import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';

import { readSetting } from '../settings.ts';
import { isWithin, runFolderFor, runFoldersOf, runPatterns, type RunFolderOptions } from './runFolders.ts';

const REMEMBERED_KEY = 'tsynd.otherRunFolders';
const MAX_REMEMBERED = 20;

/** Where runs lie: the workspace's run folders, and others that this workspace has had to do with. Watches them all. */
export class RunPlaces implements vscode.Disposable {
  private readonly memory: vscode.Memento;
  private readonly changed: () => void;
  private readonly subscriptions: vscode.Disposable[] = [];
  private watchers: vscode.Disposable[] = [];

  /** `changed` is called for each file that tells of a run, so often as it comes. */
  constructor(memory: vscode.Memento, changed: () => void) {
    this.memory = memory;
    this.changed = changed;
    const watchAgain = (): void => {
      this.watch();
      changed();
    };
    this.subscriptions.push(
      vscode.workspace.onDidChangeWorkspaceFolders(watchAgain),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('tsynd.runsFolder')) watchAgain();
      }),
    );
    this.watch();
  }

  get folders(): readonly string[] {
    return [...new Set([...runFoldersOf(options()), ...this.remembered])];
  }

  /** The folders that are there. */
  async existing(): Promise<readonly string[]> {
    const folders = await Promise.all(
      this.folders.map(async (folder) => ((await isFolder(folder)) ? [folder] : [])),
    );
    return folders.flat();
  }

  /** The folder for a new run of this dataset. */
  outFor(datasetPath: string): string {
    return runFolderFor(datasetPath, options());
  }

  /** Lists this folder too from now on, as after a run was made where no workspace folder is. */
  remember(folder: string): void {
    if (this.folders.includes(folder)) return;
    void this.memory.update(REMEMBERED_KEY, [folder, ...this.remembered].slice(0, MAX_REMEMBERED));
    this.watch();
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions, ...this.watchers).dispose();
  }

  private get remembered(): readonly string[] {
    const folders = this.memory.get<unknown>(REMEMBERED_KEY);
    return Array.isArray(folders) ? folders.filter((folder) => typeof folder === 'string') : [];
  }

  private watch(): void {
    vscode.Disposable.from(...this.watchers).dispose();
    this.watchers = this.folders.flatMap((folder) => this.watchFolder(folder));
  }

  private watchFolder(folder: string): vscode.Disposable[] {
    const owner = foldersOnDisk()
      .map(({ fsPath }) => fsPath)
      .find((candidate) => isWithin(folder, candidate));
    const { files, folders } = runPatterns(owner === undefined ? '' : path.relative(owner, folder));
    const base = vscode.Uri.file(owner ?? folder);
    const written = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(base, files));
    // Of a folder that is deleted whole, only the topmost is told.
    const deleted = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(base, folders),
      true,
      true,
    );
    return [
      written,
      deleted,
      written.onDidChange(this.changed),
      written.onDidCreate(this.changed),
      written.onDidDelete(this.changed),
      deleted.onDidDelete(this.changed),
    ];
  }
}

function options(): RunFolderOptions {
  const workspaceFolders = foldersOnDisk().map((uri) => ({
    folder: uri.fsPath,
    setting: readSetting('runsFolder', uri),
  }));
  return { workspaceFolders, setting: readSetting('runsFolder') };
}

function foldersOnDisk(): readonly vscode.Uri[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.map(({ uri }) => uri).filter(({ scheme }) => scheme === 'file');
}

async function isFolder(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch {
    // Not there, or not to be read: no runs in either case.
    return false;
  }
}
