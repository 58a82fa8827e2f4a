import * as vscode from 'vscode';

import type { Services } from '../services.ts';
import { presentExperiment } from './describeExperiment.ts';
import type { ExperimentEntry } from './experimentStore.ts';

/** The experiments of the workspace, one a line; a click opens the report. */
export class ExperimentsTree implements vscode.TreeDataProvider<ExperimentEntry>, vscode.Disposable {
  private readonly services: Pick<Services, 'experiments' | 'runs'>;
  private readonly changed = new vscode.EventEmitter<undefined>();
  private shown = '';
  readonly onDidChangeTreeData = this.changed.event;

  constructor(services: Pick<Services, 'experiments' | 'runs'>) {
    this.services = services;
  }

  /** Draws again if something that is shown is another. */
  update(): void {
    const { experiments, runs } = this.services;
    const now = JSON.stringify(experiments.entries.map((entry) => presentExperiment(entry, runs.isHeld)));
    if (now === this.shown) return;
    this.shown = now;
    this.changed.fire(undefined);
  }

  getChildren(entry?: ExperimentEntry): ExperimentEntry[] {
    return entry ? [] : [...this.services.experiments.entries];
  }

  getTreeItem(entry: ExperimentEntry): vscode.TreeItem {
    const shown = presentExperiment(entry, this.services.runs.isHeld);
    const { label, description, tooltip, icon, contextValue, accessibleLabel } = shown;
    const item = new vscode.TreeItem(label);
    item.id = entry.folder;
    item.description = description;
    item.tooltip = tooltip;
    item.iconPath = new vscode.ThemeIcon(icon.id, icon.color ? new vscode.ThemeColor(icon.color) : undefined);
    item.contextValue = contextValue;
    item.accessibilityInformation = { label: accessibleLabel };
    if (entry.summary || entry.progress?.folder !== undefined) {
      item.command = {
        command: 'tsynd.openReport',
        title: vscode.l10n.t('Open Report'),
        arguments: [entry.folder],
      };
    }
    return item;
  }

  dispose(): void {
    this.changed.dispose();
  }
}
