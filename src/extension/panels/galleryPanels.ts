import path from 'node:path';

import * as vscode from 'vscode';
import { z } from 'zod';

import type { GalleryCommand } from '../../protocol/galleryApi.ts';
import type { Services } from '../services.ts';
import { GALLERY_VIEW_TYPE, GalleryPanel } from './galleryPanel.ts';
import type { Inspectors } from './inspectors.ts';
import { shownSource } from './shownImage.ts';
import { showMessage, webviewOptions } from './webviewPage.ts';

/** Of a page's state what the editor needs; the rest is the page's own. */
const restoredStateSchema = z.object({ run: z.string().refine((run) => path.isAbsolute(run)) });

/** What a menu of the page gives to a command. */
const menuContextSchema = z.object({ sampleId: z.string().min(1) });

/** All galleries of the window, one a run. */
export class GalleryPanels {
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
    const run = path.resolve(runFolder);
    const known = this.panels.get(run);
    if (known) {
      known.panel.reveal();
      return;
    }
    const options = webviewOptions(this.services.context.extensionUri);
    const column = vscode.ViewColumn.Active;
    this.adopt(run, vscode.window.createWebviewPanel(GALLERY_VIEW_TYPE, path.basename(run), column, options));
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
    const run = path.resolve(parsed.data.run);
    if (this.panels.has(run)) panel.dispose();
    else this.adopt(run, panel);
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
    this.panels.get(path.resolve(run))?.panel.dispose();
  }

  private adopt(run: string, panel: vscode.WebviewPanel): void {
    const gallery = new GalleryPanel(run, panel, this.services, ({ id, source }) => {
      const location = `${path.basename(source.path)} [${source.index}]`;
      this.inspectors.showToSide(shownSource(run, id, location));
    });
    this.panels.set(run, gallery);
    panel.onDidDispose(() => this.panels.delete(run));
  }
}
