import path from 'node:path';

import * as vscode from 'vscode';

import type { Report } from '../../protocol/report.ts';
import type { ReportApi, ReportProgress } from '../../protocol/reportApi.ts';
import { Throttle } from '../../protocol/throttle.ts';
import { diskPath } from '../diskPath.ts';
import { escapeGlob } from '../escapeGlob.ts';
import type { ExperimentEntry } from '../experiments/experimentStore.ts';
import { showFailure } from '../logging.ts';
import type { Services } from '../services.ts';
import { ReportSession, type ReportEditor } from './reportSession.ts';
import type { ShownImage } from './shownImage.ts';
import { showPage, tabIcon } from './webviewPage.ts';
import { webviewTransport } from './webviewTransport.ts';

const PROGRESS_INTERVAL_MS = 500;
const RELOAD_INTERVAL_MS = 2000;

/** One report: a panel of the editor and the session behind its page. */
export class ReportPanel {
  readonly panel: vscode.WebviewPanel;
  readonly session: ReportSession;
  private readonly services: Services;
  private readonly inspect: (image: ShownImage) => void;

  /** Takes over a panel, new or restored, for the experiment in `folder`; `inspect` shows an image beside it. */
  constructor(
    folder: string,
    panel: vscode.WebviewPanel,
    services: Services,
    inspect: (image: ShownImage) => void,
  ) {
    const { context, experiments, log } = services;
    this.panel = panel;
    this.services = services;
    this.inspect = inspect;
    panel.iconPath = tabIcon(context.extensionUri);
    panel.title = experiments.find(folder)?.title ?? path.basename(folder);
    this.session = new ReportSession(
      folder,
      this.editor(folder),
      webviewTransport(panel.webview),
      (method, error) => log.debug(`${method}: ${String(error)}`),
    );
    showPage(panel.webview, context.extensionUri, 'report', { folder });
    const subscriptions = this.watch(folder);
    panel.onDidDispose(() => {
      subscriptions.dispose();
      this.session.dispose();
    });
  }

  /** What is done shows at once where this window does it, and soon where another program does. */
  private watch(folder: string): vscode.Disposable {
    const { experiments } = this.services;
    const reload = new Throttle(() => this.session.refresh(), RELOAD_INTERVAL_MS);
    const progress = new Throttle(() => this.session.progressChanged(), PROGRESS_INTERVAL_MS);
    let shape = shapeOf(experiments.find(folder));
    const base = vscode.Uri.file(path.dirname(folder));
    const name = escapeGlob(path.basename(folder));
    const watch = (pattern: string): vscode.FileSystemWatcher =>
      vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(base, pattern));
    const watcher = watch(`${name}/{experiment.json,cells/*/evaluation.json,quality/*.json}`);
    // Of a folder that is deleted whole, only the topmost is told.
    const folders = watch(`{${name},${name}/cells,${name}/cells/*}`);
    const written = (): void => reload.request();
    return vscode.Disposable.from(
      reload,
      progress,
      watcher,
      watcher.onDidCreate(written),
      watcher.onDidChange(written),
      watcher.onDidDelete(written),
      folders,
      folders.onDidDelete(written),
      vscode.workspace.onDidGrantWorkspaceTrust(written),
      experiments.onDidChange(() => {
        progress.request();
        const now = shapeOf(experiments.find(folder));
        if (now === shape) return;
        shape = now;
        reload.request();
      }),
    );
  }

  private editor(folder: string): ReportEditor {
    const { library, experiments } = this.services;
    return {
      library,
      get mayRun() {
        return vscode.workspace.isTrusted;
      },
      get progress() {
        return progressOf(experiments.find(folder));
      },
      openImage: (image) => this.inspect(image),
      openRun: (run) => this.openRun(run),
      save: (report, format) => this.save(folder, report, format),
      goOn: () => void vscode.commands.executeCommand('tsynd.continueExperiment', folder),
      stop: () => void experiments.stop(folder),
      loaded: ({ title }) => {
        this.panel.title = title;
      },
    };
  }

  /** Cells make no samples unless they were asked to. */
  private async openRun(run: string): Promise<void> {
    const { samples } = await this.services.library.request('run/summary', { run });
    await vscode.commands.executeCommand(samples > 0 ? 'tsynd.openGallery' : 'tsynd.revealRun', run);
  }

  private async save(
    folder: string,
    { title }: Report,
    format: ReportApi['report/save']['params']['format'],
  ): Promise<void> {
    const { library, log } = this.services;
    try {
      const chosen = await vscode.window.showSaveDialog({
        title: vscode.l10n.t('Save the Report of {0}', title),
        defaultUri: vscode.Uri.file(path.join(placeFor(folder), `${path.basename(folder)}.${format}`)),
        filters: { [format.toUpperCase()]: [format] },
      });
      if (!chosen) return;
      const target = diskPath(chosen);
      await library.request('experiment/writeReport', { folder, format, target });
      const open = vscode.l10n.t('Open');
      const text = vscode.l10n.t('The report was saved as {0}.', vscode.workspace.asRelativePath(chosen));
      // The request must not wait for an answer that a person may never give.
      void vscode.window.showInformationMessage(text, open).then((answer) => {
        if (answer === open) void openSaved(chosen, format);
      });
    } catch (error) {
      void showFailure(log, error);
    }
  }
}

/** A text that changes with what a report shows, and not with how far a cell is. */
function shapeOf(entry: ExperimentEntry | undefined): string {
  return JSON.stringify([entry?.state, entry?.progress?.done, entry?.summary?.finished]);
}

function progressOf(entry: ExperimentEntry | undefined): ReportProgress | null {
  if (!entry || entry.state === 'idle') return null;
  const { state, isStopping, progress, summary } = entry;
  const done = progress?.done ?? summary?.finished ?? 0;
  const total = progress?.total ?? summary?.cells ?? 0;
  const { cell, stage, share, secondsLeft } = progress ?? {};
  return { state: isStopping ? 'stopping' : state, done, total, cell, stage, share, secondsLeft };
}

/** The workspace's folder, since what is inside `.tsynd` is easily overlooked. */
function placeFor(folder: string): string {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder))?.uri.fsPath ?? path.dirname(folder);
}

/** A page goes to the browser; where that is on another machine, the editor shows its text. */
async function openSaved(file: vscode.Uri, format: string): Promise<void> {
  const isHere = vscode.env.remoteName === undefined && vscode.env.appHost === 'desktop';
  if (format === 'html' && isHere) await vscode.env.openExternal(file);
  else await vscode.commands.executeCommand(format === 'md' ? 'markdown.showPreview' : 'vscode.open', file);
}
