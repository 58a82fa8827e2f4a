import path from 'node:path';

import * as vscode from 'vscode';
import { z } from 'zod';

import type { GalleryCommand } from '../../protocol/galleryApi.ts';
import type { Services } from '../services.ts';
import type { GallerySubject } from './galleryImages.ts';
import { GALLERY_VIEW_TYPE, GalleryPanel } from './galleryPanel.ts';
import type { Inspectors } from './inspectors.ts';
import { showMessage, webviewOptions } from './webviewPage.ts';

/** Of a page's state what the editor needs; the rest is the page's own. */
const folder = z.string().refine((value) => path.isAbsolute(value));
const restoredStateSchema = z.object({ run: folder, scores: folder.optional() });

/** What a menu of the page gives to a command. */
const menuContextSchema = z.object({ sampleId: z.string().min(1) });

/** All galleries of the window, one a run and one a folder of scores. */
export class GalleryPanels {
  /** By `keyOf` what they show. */
  private readonly panels = new Map<string, GalleryPanel>();
  private readonly services: Services;
  private readonly inspectors: Inspectors;

  constructor(services: Services, inspectors: Inspectors) {
    this.services = services;
    this.inspectors = inspectors;
    services.context.subscriptions.push(services.runs.onWillDelete((run) => this.close(run)));
  }

  /** Shows a run's gallery, in a new panel unless it is open. */
  open(runFolder: string): void {
    this.show({ kind: 'samples', run: path.resolve(runFolder) });
  }

  /** Shows the scores in a folder, of the run that it lies in. */
  openScores(scoresFolder: string): void {
    this.show(scoresSubject(scoresFolder));
  }

  private show(subject: GallerySubject): void {
    const known = this.panels.get(keyOf(subject));
    if (known) {
      known.panel.reveal();
      return;
    }
    const options = webviewOptions(this.services.context.extensionUri);
    const column = vscode.ViewColumn.Active;
    const title = path.basename(keyOf(subject));
    this.adopt(subject, vscode.window.createWebviewPanel(GALLERY_VIEW_TYPE, title, column, options));
  }

  /** Brings a panel back after the window was reloaded. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const parsed = restoredStateSchema.safeParse(state);
    if (!parsed.success) {
      const message = vscode.l10n.t(
        'This gallery was closed before it had loaded, so its run is not known. Open it again from the TSynD view.',
      );
      showMessage(panel.webview, this.services.context.extensionUri, message);
      return;
    }
    const { run, scores } = parsed.data;
    const subject: GallerySubject =
      scores === undefined ? { kind: 'samples', run: path.resolve(run) } : scoresSubject(scores);
    if (this.panels.has(keyOf(subject))) panel.dispose();
    else this.adopt(subject, panel);
  }

  command(command: GalleryCommand): void {
    this.active?.session.command(command);
  }

  /** From the page's context menu, about one sample. */
  async openSample(which: 'source' | 'synthetic', menuContext: unknown): Promise<void> {
    const { active } = this;
    const parsed = menuContextSchema.safeParse(menuContext);
    if (!active || !parsed.success) return;
    const { sampleId } = parsed.data;
    if (which === 'source') await active.session.openSource(sampleId);
    else await active.session.openSynthetic(sampleId);
  }

  /** The gallery that has the keys; when none has, the only one in sight. */
  private get active(): GalleryPanel | undefined {
    const all = [...this.panels.values()];
    const visible = all.filter(({ panel }) => panel.visible);
    return all.find(({ panel }) => panel.active) ?? (visible.length === 1 ? visible[0] : undefined);
  }

  private close(run: string): void {
    const root = path.resolve(run);
    for (const { subject, panel } of [...this.panels.values()]) if (subject.run === root) panel.dispose();
  }

  private adopt(subject: GallerySubject, panel: vscode.WebviewPanel): void {
    const gallery = new GalleryPanel(subject, panel, this.services, (image) =>
      this.inspectors.showToSide(image),
    );
    this.panels.set(keyOf(subject), gallery);
    panel.onDidDispose(() => this.panels.delete(keyOf(subject)));
  }
}

/** The folder that a gallery shows. */
function keyOf(subject: GallerySubject): string {
  return subject.kind === 'samples' ? subject.run : subject.folder;
}

/** Scores lie in `scores` in their run's folder. */
function scoresSubject(scoresFolder: string): GallerySubject {
  const folder = path.resolve(scoresFolder);
  return { kind: 'scores', run: path.dirname(path.dirname(folder)), folder };
}
