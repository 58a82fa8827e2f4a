import { TsyndError } from '../../src/protocol/errors.ts';
import type { AdversarialExplanation, MapFacts, MapRequest } from '../../src/protocol/explanations.ts';
import type { ImageRef } from '../../src/protocol/imageData.ts';
import type { Later } from '../shared/later.ts';
import { settled, SLOW_MS, WAITING, type Loadable } from '../shared/loadable.ts';
import type { MapGrid } from '../shared/maps/mapImage.ts';
import type { InspectorPeer } from './inspectorPeer.ts';

/** What a classifier's maps say of one image. */
export type Explanation =
  | { readonly kind: 'saliency'; readonly map: MapGrid; readonly facts: MapFacts }
  | { readonly kind: 'adversarial'; readonly result: AdversarialExplanation };

/** What is asked of one run's classifier. */
export interface Wanted {
  readonly run: string;
  /** Whose maps stand beside these. */
  readonly comparedWith?: string;
  readonly request: MapRequest;
}

interface Entry {
  readonly abort: AbortController;
  loaded: Loadable<Explanation>;
}

/**
 * Explanations of one image, and of no other. What is wanted is asked for once and kept while the image is shown, so
 * that going back to a layer or a choice costs nothing; what is under way and no longer wanted is cancelled.
 */
export class Explanations {
  private readonly peer: Pick<InspectorPeer, 'request'>;
  private readonly image: ImageRef;
  private readonly onChange: () => void;
  private readonly later: Later;
  private readonly entries = new Map<string, Entry>();

  constructor(peer: Pick<InspectorPeer, 'request'>, image: ImageRef, onChange: () => void, later: Later) {
    this.peer = peer;
    this.image = image;
    this.onChange = onChange;
    this.later = later;
  }

  /** Asks for what is wanted and not there yet, in this order, and for nothing else any more. */
  want(wanted: readonly Wanted[]): void {
    const keys = new Set(wanted.map(keyOf));
    for (const [key, { loaded, abort }] of this.entries) {
      if (loaded.status !== 'waiting' || keys.has(key)) continue;
      this.entries.delete(key);
      abort.abort();
    }
    for (const one of wanted) if (!this.entries.has(keyOf(one))) this.ask(one);
  }

  get(wanted: Wanted): Loadable<Explanation> | undefined {
    return this.entries.get(keyOf(wanted))?.loaded;
  }

  /** Forgets what failed, so that it is asked for again when it is wanted. */
  forgetFailures(): void {
    for (const [key, { loaded }] of this.entries) if (loaded.status === 'failed') this.entries.delete(key);
  }

  stop(): void {
    this.want([]);
  }

  private ask(wanted: Wanted): void {
    const entry: Entry = { abort: new AbortController(), loaded: WAITING };
    const key = keyOf(wanted);
    const isCurrent = (): boolean => this.entries.get(key) === entry;
    this.entries.set(key, entry);
    const stopWaiting = this.later(SLOW_MS, () => {
      if (!isCurrent()) return;
      entry.loaded = { status: 'waiting', isSlow: true };
      this.onChange();
    });
    void settled(this.request(wanted, entry.abort.signal)).then((loaded) => {
      stopWaiting();
      if (!isCurrent()) return;
      entry.loaded = loaded;
      this.onChange();
    });
  }

  private async request({ request, ...runs }: Wanted, signal: AbortSignal): Promise<Explanation> {
    const { image } = this;
    if (request.kind === 'adversarial') {
      const { choices } = request;
      const result = await this.peer.request(
        'inspector/adversarial',
        { image, ...runs, choices },
        { signal },
      );
      return { kind: 'adversarial', result };
    }
    const { values, width, height, facts, missing } = await this.peer.request(
      'inspector/maps',
      { image, ...runs, request },
      { signal },
    );
    if (facts.length === 0) {
      throw new TsyndError('image/unreadable', missing[0]?.reason ?? 'There is no map of this image.');
    }
    return { kind: 'saliency', map: { values, width, height }, facts: facts[0] };
  }
}

/** Saliency is the same whatever stands beside it; a search goes through an autoencoder that both runs share. */
function keyOf({ run, comparedWith, request }: Wanted): string {
  return JSON.stringify(request.kind === 'saliency' ? [run, request] : [run, comparedWith, request]);
}
