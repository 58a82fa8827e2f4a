import * as vscode from 'vscode';
import type { InspectorCommand } from '../../protocol/inspectorApi.ts';
import type { Services } from '../services.ts';
import { Inspector } from './inspector.ts';
import type { ShownImage } from './shownImage.ts';
import { shownUri, SideInspector } from './sideInspector.ts';
import { webviewOptions } from './webviewPage.ts';

export const INSPECTOR_PANEL_VIEW_TYPE = 'tsynd.inspectorPanel';

/** All inspectors of the window: those that are a file's editor, and at most one beside the editor. */
export class Inspectors {
  private readonly services: Services;
  private readonly all = new Set<Inspector>();
  private side: SideInspector | undefined;

  constructor(services: Services) {
    this.services = services;
  }

  /** Shows an image file beside the editor; without one, that which is active there. The keys stay where they are. */
  openToSide(file: vscode.Uri | undefined): void {
    this.showToSide(file && shownUri(file));
  }

  /** Also for images that are no files. */
  showToSide(shown: ShownImage | undefined): void {
    if (this.side) {
      if (shown) this.side.show(shown);
      this.side.inspector.panel.reveal(undefined, true);
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      INSPECTOR_PANEL_VIEW_TYPE,
      vscode.l10n.t('TSynD Inspector'),
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      webviewOptions(this.services.context.extensionUri),
    );
    this.adoptSide(panel, shown);
  }

  /** Brings the panel back after the window was reloaded; it shows what is active then. */
  restoreSide(panel: vscode.WebviewPanel): void {
    if (this.side) panel.dispose();
    else this.adoptSide(panel, undefined);
  }

  /** Makes the inspector the editor of a file. */
  adoptEditor(uri: vscode.Uri, panel: vscode.WebviewPanel): void {
    this.adopt(new Inspector(panel, this.services, shownUri(uri)));
  }

  /** To the inspector that has the keys; when none has, to the only one in sight. */
  command(command: InspectorCommand): void {
    const all = [...this.all];
    const visible = all.filter(({ panel }) => panel.visible);
    const active = all.find(({ panel }) => panel.active) ?? (visible.length === 1 ? visible[0] : undefined);
    active?.session.command(command);
  }

  private adoptSide(panel: vscode.WebviewPanel, shown: ShownImage | undefined): void {
    this.side = new SideInspector(panel, this.services, shown);
    this.adopt(this.side.inspector);
    panel.onDidDispose(() => {
      this.side = undefined;
    });
  }

  private adopt(inspector: Inspector): void {
    this.all.add(inspector);
    inspector.panel.onDidDispose(() => this.all.delete(inspector));
  }
}
