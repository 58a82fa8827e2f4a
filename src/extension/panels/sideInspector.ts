import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { ImageFollower } from './imageFollower.ts';
import { Inspector } from './inspector.ts';
import { openImageTabs } from './openImageTabs.ts';
import { shownFile, type ShownImage } from './shownImage.ts';
import { tabIcon } from './webviewPage.ts';

/** An inspector that follows the image that is active in the editor, until a person asks it for another one. */
export class SideInspector {
  readonly inspector: Inspector;
  private readonly follower = new ImageFollower();

  constructor(panel: vscode.WebviewPanel, services: Services, asked: ShownImage | undefined) {
    panel.iconPath = tabIcon(services.context.extensionUri);
    if (asked) this.follower.ask(keyOf(asked), openImageTabs());
    else this.follower.update(openImageTabs());
    this.inspector = new Inspector(panel, services, asked ?? shownByKey(this.follower.shown));

    const { tabGroups } = vscode.window;
    const tabs = vscode.Disposable.from(
      tabGroups.onDidChangeTabs(() => this.follow()),
      tabGroups.onDidChangeTabGroups(() => this.follow()),
    );
    panel.onDidDispose(() => {
      tabs.dispose();
    });
  }

  show(asked: ShownImage): void {
    this.follower.ask(keyOf(asked), openImageTabs());
    this.inspector.show(asked);
  }

  private follow(): void {
    if (this.follower.update(openImageTabs())) this.inspector.show(shownByKey(this.follower.shown));
  }
}

/** An image file as inspectors show it. */
export function shownUri(uri: vscode.Uri): ShownImage {
  return { ...shownFile(uri, vscode.workspace.asRelativePath(uri)), address: uri.toString() };
}

/** What the follower knows an image by; those that are no files are in no tab. */
function keyOf({ address, image }: ShownImage): string {
  return address ?? JSON.stringify(image);
}

/** The follower turns to images of tabs only, which it knows by their addresses. */
function shownByKey(address: string | undefined): ShownImage | undefined {
  return address === undefined ? undefined : shownUri(vscode.Uri.parse(address, true));
}
