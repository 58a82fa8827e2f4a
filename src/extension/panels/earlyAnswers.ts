import { earlyKey } from '../../protocol/earlyKey.ts';
import type { ImageRef } from '../../protocol/imageData.ts';
import type { EarlyAnswer, ExpectedMaps, InspectorApi } from '../../protocol/inspectorApi.ts';
import type { Handlers } from '../../protocol/rpcPeer.ts';

type EarlyMethod = 'inspector/pixels' | 'inspector/describe' | 'inspector/maps';

/**
 * Answers what a page is going to ask about the next image, before it asks. The page's question takes a way through the
 * whole editor, which is busy at just that moment with opening the image itself.
 */
export class EarlyAnswers {
  private readonly handlers: Pick<Handlers<InspectorApi>, EarlyMethod>;
  private readonly tell: (answer: EarlyAnswer) => void;
  private abort = new AbortController();
  private maps: readonly ExpectedMaps[] = [];

  /** @param handlers those that would answer the page's questions */
  constructor(handlers: Pick<Handlers<InspectorApi>, EarlyMethod>, tell: (answer: EarlyAnswer) => void) {
    this.handlers = handlers;
    this.tell = tell;
  }

  /** The maps that the page is going to ask of each image. */
  expect(maps: readonly ExpectedMaps[]): void {
    this.maps = maps;
  }

  /** Gives up what is under way, and starts to answer about an image; returns by which keys. */
  start(image: ImageRef): readonly string[] {
    this.stop();
    return [
      ...this.maps.map((expected) => this.ask('inspector/maps', { image, ...expected })),
      this.ask('inspector/pixels', { image }),
      this.ask('inspector/describe', { image }),
    ];
  }

  stop(): void {
    this.abort.abort();
    this.abort = new AbortController();
  }

  private ask<M extends EarlyMethod>(method: M, params: InspectorApi[M]['params']): string {
    const key = earlyKey(method, params);
    const { signal } = this.abort;
    const handler = this.handlers[method];
    void Promise.resolve()
      .then(() => handler(params, { signal, progress: () => undefined }))
      .then(
        (value) => ({ key, value }),
        // The page asks itself then, and is told why.
        () => ({ key }),
      )
      .then((answer) => {
        if (!signal.aborted) this.tell(answer);
      });
    return key;
  }
}
