import path from 'node:path';

import * as vscode from 'vscode';

import type { GallerySnapshot } from '../../protocol/galleryApi.ts';
import type { RunSummary } from '../../protocol/runSummary.ts';
import type { SampleDetails } from '../../protocol/sampleTable.ts';
import type { ScoreDetails } from '../../protocol/scoreTable.ts';
import type { RunEntry } from '../runs/runStore.ts';
import type { Services } from '../services.ts';
import { readSetting } from '../settings.ts';
import type { GallerySubject } from './galleryImages.ts';
import { galleryTitle, scoresTitle, shownState } from './galleryTitle.ts';
import { GallerySession, type GalleryEditor } from './gallerySession.ts';
import { openScoredFile, openSourceFile, openSyntheticFile } from './openSampleFile.ts';
import { shownScored, shownSource, type ShownImage } from './shownImage.ts';
import { showPage, tabIcon } from './webviewPage.ts';
import { webviewTransport } from './webviewTransport.ts';

export const GALLERY_VIEW_TYPE = 'tsynd.gallery';

/** Context key: a text field of the gallery has the keys, so that letters are no commands. */
const TEXT_FOCUS_KEY = 'tsynd.galleryTextFocus';

/** One gallery: a panel of the editor and the session behind its page. */
export class GalleryPanel {
  readonly subject: GallerySubject;
  readonly session: GallerySession;
  readonly panel: vscode.WebviewPanel;
  private readonly services: Services;
  private readonly inspect: (image: ShownImage) => void;

  /** Takes over a panel, new or restored; `inspect` shows an image that is a row of an archive. */
  constructor(
    subject: GallerySubject,
    panel: vscode.WebviewPanel,
    services: Services,
    inspect: (image: ShownImage) => void,
  ) {
    const { kind, run } = subject;
    this.subject = subject;
    this.panel = panel;
    this.services = services;
    this.inspect = inspect;
    const { context, library, log, runs } = services;
    panel.iconPath = tabIcon(context.extensionUri);
    panel.title =
      subject.kind === 'scores' ? path.basename(subject.folder) : galleryTitle(run, runs.find(run)?.summary);
    this.session = new GallerySession(
      subject,
      library,
      this.editor(),
      webviewTransport(panel.webview),
      (method, error) => log.debug(`${method}: ${String(error)}`),
    );
    const tileSize = String(readSetting('gallery.tileSize'));
    showPage(panel.webview, context.extensionUri, 'gallery', { kind, run, 'tile-size': tileSize });

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

  /** Scores do not change with their run. */
  private runsChanged(): void {
    if (this.subject.kind === 'scores') return;
    const entry = this.services.runs.find(this.subject.run);
    this.session.runChanged(entry && shownState(entry));
  }

  private editor(): GalleryEditor {
    const { subject, services } = this;
    const { run } = subject;
    return {
      compute: services.compute,
      get canExplain() {
        return vscode.workspace.isTrusted;
      },
      openSource: async (details) => {
        const { id, source } = details;
        if (isRow(source)) this.inspect(shownSource(run, id, locationOf(source)));
        else await openSourceFile(details);
      },
      openScored: async (details) => {
        const { id, source } = details;
        if (isRow(source) && subject.kind === 'scores') {
          this.inspect(shownScored(subject.folder, id, locationOf(source)));
        } else await openScoredFile(details);
      },
      openSynthetic: (details) => openSyntheticFile(run, details),
      exportRun: () => void vscode.commands.executeCommand('tsynd.exportCurated', run),
      resumeRun: () => void vscode.commands.executeCommand('tsynd.resumeRun', run),
      setTextFocus,
      asSeenHere: (summary) => seenHere(summary, services.runs.find(run)),
      loaded: (snapshot: GallerySnapshot) => {
        this.panel.title =
          snapshot.kind === 'scores'
            ? scoresTitle(snapshot.scores, snapshot.run)
            : galleryTitle(run, snapshot.run);
      },
    };
  }
}

/** Where an image of a dataset lies. */
type Source = (SampleDetails | ScoreDetails)['source'];

/** Whether it is a row of an archive, which no editor opens. */
function isRow({ file, exists }: Source): boolean {
  return file === undefined && exists;
}

function locationOf({ path: archive, index }: Source): string {
  return `${path.basename(archive)} [${index}]`;
}

/** The process that holds the lock may be our own. */
function seenHere(summary: RunSummary, entry: RunEntry | undefined): RunSummary {
  return entry?.state === 'running' ? { ...summary, isElsewhere: false } : summary;
}

function setTextFocus(hasFocus: boolean): void {
  void vscode.commands.executeCommand('setContext', TEXT_FOCUS_KEY, hasFocus);
}
