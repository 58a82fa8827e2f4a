import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { editorTab, explorerRow, runCommand, unfold } from './workbench.ts';
import { foldersToImages } from './workspaces.ts';

/** The images of a dataset's first class, as a person opens them in the Explorer. */
export class ExplorerImages {
  /** Names of the folders from the dataset down to the images; the last one is their class. */
  readonly folders: readonly string[];
  private readonly dataset: string;
  private readonly names: readonly string[];

  /** @param folder of the dataset, in the workspace's root */
  constructor(folder: string) {
    this.dataset = path.basename(folder);
    this.folders = foldersToImages(folder);
    this.names = readdirSync(path.join(folder, ...this.folders)).sort();
  }

  name(index: number): string {
    return this.names[index] ?? '';
  }

  async open(page: Page, index: number): Promise<void> {
    if (!(await explorerRow(page, this.dataset).isVisible())) await runCommand(page, 'View: Show Explorer');
    const row = await unfold(page, this.dataset, ...this.folders, this.name(index));
    await row.click();
    await editorTab(page, this.name(index)).waitFor();
  }
}
