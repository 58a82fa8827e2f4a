/** A tab of the editor, as far as following the active image goes. */
export interface OpenTab {
  /** The address of the image that it shows; absent when it shows something else. */
  readonly image?: string | undefined;
  /** Whether it is the one to be seen in its group. */
  readonly isInFront: boolean;
  readonly isInActiveGroup: boolean;
}

/**
 * Which image an inspector beside the editor shows: the one in the active tab. Where that is something else (the
 * inspector itself, a text), it stays with what it shows until the image's last tab is closed, and then turns to
 * another image that is in sight.
 *
 * An image that a person asked for need not be open, and stays until another image becomes active.
 */
export class ImageFollower {
  private current: string | undefined;
  private needsTab = true;
  /** What was active when a person asked for another image: that it still is so is no wish to go back. */
  private passedOver: string | undefined;

  get shown(): string | undefined {
    return this.current;
  }

  ask(image: string, tabs: readonly OpenTab[]): void {
    this.current = image;
    this.needsTab = tabs.some((tab) => tab.image === image);
    this.passedOver = activeImage(tabs);
  }

  /** To be called when tabs have changed. @returns whether another image is shown now */
  update(tabs: readonly OpenTab[]): boolean {
    const before = this.current;
    const active = activeImage(tabs);
    if (active === undefined || active !== this.passedOver) {
      this.passedOver = undefined;
      const isOpen = tabs.some((tab) => tab.image === before);
      if (active !== undefined) this.turnTo(active);
      else if (before === undefined || (this.needsTab && !isOpen)) this.turnTo(inSight(tabs));
    }
    return this.current !== before;
  }

  private turnTo(image: string | undefined): void {
    this.current = image;
    this.needsTab = true;
  }
}

function activeImage(tabs: readonly OpenTab[]): string | undefined {
  return tabs.find((tab) => tab.isInFront && tab.isInActiveGroup)?.image;
}

function inSight(tabs: readonly OpenTab[]): string | undefined {
  return tabs.find((tab) => tab.isInFront && tab.image !== undefined)?.image;
}
