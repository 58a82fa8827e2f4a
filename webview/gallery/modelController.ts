import type { ReactiveController, ReactiveControllerHost } from 'lit';

import type { GalleryModel } from './galleryModel.ts';

/** Draws an element anew whenever the model has changed. */
export class ModelController implements ReactiveController {
  private readonly host: ReactiveControllerHost & { readonly model: GalleryModel };
  private unsubscribe: (() => void) | undefined;

  constructor(host: ReactiveControllerHost & { readonly model: GalleryModel }) {
    this.host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.unsubscribe = this.host.model.subscribe(() => this.host.requestUpdate());
  }

  hostDisconnected(): void {
    this.unsubscribe?.();
  }
}
