import * as vscode from 'vscode';

import { presentRun, type RunPresentation } from './runPresentation.ts';
import { presentStages, type StagePresentation } from './runStages.ts';
import { folderOf, hasSamples } from './runStatus.ts';
import type { RunEntry, RunStore } from './runStore.ts';
import { changedLines, type TreeLines } from './treeLines.ts';

/** A run in the tree, and what its menu gives to commands. The same object as long as the run is shown. */
export class RunNode {
  readonly kind = 'run';
  readonly key: string;
  /** As it was last shown. */
  entry: RunEntry;
  presentation: RunPresentation;
  stages: readonly StagePresentation[];

  constructor(entry: RunEntry, isHeld: boolean) {
    this.key = entry.key;
    this.entry = entry;
    this.presentation = presentRun(entry, isHeld);
    this.stages = presentStages(entry);
  }

  get folder(): string | undefined {
    return folderOf(this.entry);
  }

  show(entry: RunEntry, isHeld: boolean): void {
    this.entry = entry;
    this.presentation = presentRun(entry, isHeld);
    this.stages = presentStages(entry);
  }
}

interface StageNode {
  readonly kind: 'stage';
  readonly run: RunNode;
  readonly shown: StagePresentation;
}

export type TreeNode = RunNode | StageNode;

/** The tree of runs. Draws again what has changed and nothing else, so that neither focus nor icons jump. */
export class RunsTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  private readonly store: RunStore;
  private readonly ready: Promise<void>;
  private readonly changed = new vscode.EventEmitter<TreeNode[] | undefined>();
  private nodes = new Map<string, RunNode>();
  private lines: TreeLines = new Map();
  readonly onDidChangeTreeData = this.changed.event;

  /** Until `ready` resolves the view shows that it loads, and not that there is nothing. */
  constructor(store: RunStore, ready: Promise<void>) {
    this.store = store;
    this.ready = ready;
  }

  /** Compares what is shown with the store. */
  update(): void {
    const before = this.nodes;
    const { entries, isHeld } = this.store;
    this.nodes = new Map(
      entries.map((entry) => {
        const node = before.get(entry.key) ?? new RunNode(entry, isHeld);
        node.show(entry, isHeld);
        return [entry.key, node];
      }),
    );
    const lines = new Map(
      [...this.nodes.values()].map(({ key, presentation, stages }) => [
        key,
        JSON.stringify([presentation, stages]),
      ]),
    );
    const changes = changedLines(this.lines, lines);
    this.lines = lines;
    if (changes === 'all') this.changed.fire(undefined);
    else if (changes.length > 0) this.changed.fire(changes.map((key) => this.nodes.get(key)!));
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (!node) {
      await this.ready;
      return [...this.nodes.values()];
    }
    if (node.kind === 'stage') return [];
    return node.stages.map((shown) => ({ kind: 'stage', run: node, shown }));
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.kind === 'stage' ? node.run : undefined;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return node.kind === 'run' ? runItem(node) : stageItem(node);
  }

  dispose(): void {
    this.changed.dispose();
  }
}

function runItem({ key, entry, folder, presentation, stages }: RunNode): vscode.TreeItem {
  const { label, description, icon, contextValue, accessibleLabel } = presentation;
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(label, stages.length > 0 ? Collapsed : None);
  item.id = key;
  item.description = description;
  item.tooltip = new vscode.MarkdownString(presentation.tooltip);
  item.iconPath = new vscode.ThemeIcon(icon.id, icon.color ? new vscode.ThemeColor(icon.color) : undefined);
  item.contextValue = contextValue;
  item.accessibilityInformation = { label: accessibleLabel };
  if (entry.state === 'idle' && folder !== undefined && hasSamples(entry)) item.command = openGallery(folder);
  return item;
}

function stageItem({ run, shown }: StageNode): vscode.TreeItem {
  const { stage, label, description, icon } = shown;
  const item = new vscode.TreeItem(label);
  item.id = `${run.key}#${stage}`;
  item.description = description;
  item.tooltip = description === '' ? label : `${label}: ${description}`;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.contextValue = `stage.${stage}`;
  item.accessibilityInformation = { label: `${label}, ${description.replaceAll(' · ', ', ')}` };
  if (stage === 'samples' && run.folder !== undefined && hasSamples(run.entry)) {
    item.command = openGallery(run.folder);
  }
  return item;
}

function openGallery(folder: string): vscode.Command {
  return { command: 'tsynd.openGallery', title: vscode.l10n.t('Open Gallery'), arguments: [folder] };
}
