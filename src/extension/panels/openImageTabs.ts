import * as vscode from 'vscode';
import type { OpenTab } from './imageFollower.ts';
import { isImageFile } from './shownImage.ts';

/** All tabs of the window, with the images that they show. */
export function openImageTabs(): OpenTab[] {
  return vscode.window.tabGroups.all.flatMap((group) =>
    group.tabs.map((tab) => ({
      image: imageOf(tab)?.toString(),
      isInFront: tab.isActive,
      isInActiveGroup: group.isActive,
    })),
  );
}

/** Images are custom editors' (the editor's own preview, our inspector); those that none can show are texts. */
function imageOf({ input }: vscode.Tab): vscode.Uri | undefined {
  if (!(input instanceof vscode.TabInputCustom) && !(input instanceof vscode.TabInputText)) return undefined;
  return isImageFile(input.uri.path) ? input.uri : undefined;
}
