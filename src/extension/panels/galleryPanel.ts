import * as vscode from 'vscode';

import type { GallerySnapshot } from '../../protocol/galleryApi.ts';
import type { RunSummary } from '../../protocol/runSummary.ts';
import type { SampleDetails } from '../../protocol/sampleTable.ts';
import type { RunEntry } from '../runs/runStore.ts';
import type { Services } from '../services.ts';
import { readSetting } from '../settings.ts';
import { galleryTitle, shownState } from './galleryTitle.ts';
import { GallerySession, type GalleryEditor } from './gallerySession.ts';
import { openSourceFile, openSyntheticFile } from './openSampleFile.ts';
import { showPage, tabIcon } from './webviewPage.ts';
import { webviewTransport } from './webviewTransport.ts';

export const GALLERY_VIEW_TYPE = 'tsynd.gallery';

/** Context key: a text field of the gallery has the keys, so that letters are no commands. */
const TEXT_FOCUS_KEY = 'tsynd.galleryTextFocus';

/** One gallery: a panel of the editor and the session behind its page. */
export class GalleryPanel {
  readonly run: string;
  readonly session: GallerySession;
  readonly panel: vscode.WebviewPanel;
  private readonly services: Services;
  private readonly inspectSource: (details: SampleDetails) => void;

  /** Takes over a panel, new or restored; `inspectSource` shows a source image that is a row of an archive. */
  constructor(
    run: string,
    panel: vscode.WebviewPanel,
    services: Services,
    inspectSource: (details: SampleDetails) => void,
  ) {
    this.run = run;
    this.panel = panel;
    this.services = services;
    this.inspectSource = inspectSource;
    const { context, library, log, runs } = services;
    panel.iconPath = tabIcon(context.extensionUri);
    panel.title = galleryTitle(run, runs.find(run)?.summary);
    this.session = new GallerySession(
      run,
      library,
      this.editor(),
      webviewTransport(panel.webview),
      (method, error) => log.debug(`${method}: ${String(error)}`),
    );
    const tileSize = String(readSetting('gallery.tileSize'));
    showPage(panel.webview, context.extensionUri, 'gallery', { run, 'tile-size': tileSize });

    const runsListener = runs.onDidChange(() => this.runsChanged());
    const trusted = vscode.workspace.onDidGrantWorkspaceTrust(() => this.session.refresh());
    this.runsChanged();
    panel.onDidChangeViewState(() => {
      if (!panel.active) setTextFocus(false);
    });
    panel.onDidDispose(() => {
      runsListener.dispose();
      trusted.dispose();
      setTextFocus(false);
      this.session.dispose();
    });
  }

  private runsChanged(): void {
    const entry = this.services.runs.find(this.run);
    this.session.runChanged(entry && shownState(entry));
  }

  private editor(): GalleryEditor {
    const { run, services } = this;
    return {
      compute: services.compute,
      get canExplain() {
        return vscode.workspace.isTrusted;
      },
      openSource: async (details) => {
        if (details.source.file === undefined && details.source.exists) this.inspectSource(details);
        else await openSourceFile(details);
      },
      openSynthetic: (details) => openSyntheticFile(run, details),
      exportRun: () => void vscode.commands.executeCommand('tsynd.exportCurated', run),
      resumeRun: () => void vscode.commands.executeCommand('tsynd.resumeRun', run),
      setTextFocus,
      asSeenHere: (summary) => seenHere(summary, services.runs.find(run)),
      loaded: (snapshot: GallerySnapshot) => {
        this.panel.title = galleryTitle(run, snapshot.run);
      },
    };
  }
}

/** The process that holds the lock may be our own. */
function seenHere(summary: RunSummary, entry: RunEntry | undefined): RunSummary {
  return entry?.state === 'running' ? { ...summary, isElsewhere: false } : summary;
}

function setTextFocus(hasFocus: boolean): void {
  void vscode.commands.executeCommand('setContext', TEXT_FOCUS_KEY, hasFocus);
}
