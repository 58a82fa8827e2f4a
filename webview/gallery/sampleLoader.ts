import type { WireError } from '../../src/protocol/envelope.ts';
import type { SampleDetails } from '../../src/protocol/sampleTable.ts';
import type { ScoreDetails } from '../../src/protocol/scoreTable.ts';
import { toWireError } from '../../src/protocol/wireError.ts';

/** All of a sample, or of a scored image. */
export type RowDetails = SampleDetails | ScoreDetails;

export type LoadedSample =
  | { readonly kind: 'none' }
  | { readonly kind: 'loading'; readonly id: string }
  | { readonly kind: 'loaded'; readonly id: string; readonly details: RowDetails }
  | { readonly kind: 'failed'; readonly id: string; readonly error: WireError };

/** The record of the sample that is looked at; an answer that comes after another sample was asked for is dropped. */
export class SampleLoader {
  sample: LoadedSample = { kind: 'none' };
  private readonly fetch: (id: string, signal: AbortSignal) => Promise<RowDetails>;
  private readonly onChange: () => void;
  private controller: AbortController | undefined;

  constructor(fetch: (id: string, signal: AbortSignal) => Promise<RowDetails>, onChange: () => void) {
    this.fetch = fetch;
    this.onChange = onChange;
  }

  /** Goes to a sample; the same one again does nothing. */
  show(id: string | undefined): void {
    const current = this.sample.kind === 'none' ? undefined : this.sample.id;
    if (id !== current) void this.load(id);
  }

  retry(): void {
    if (this.sample.kind === 'failed') void this.load(this.sample.id);
  }

  private async load(id: string | undefined): Promise<void> {
    this.controller?.abort();
    const controller = new AbortController();
    this.controller = controller;
    if (id === undefined) {
      this.set({ kind: 'none' });
      return;
    }
    this.set({ kind: 'loading', id });
    try {
      const details = await this.fetch(id, controller.signal);
      if (!controller.signal.aborted) this.set({ kind: 'loaded', id, details });
    } catch (error) {
      if (!controller.signal.aborted) this.set({ kind: 'failed', id, error: toWireError(error) });
    }
  }

  private set(sample: LoadedSample): void {
    this.sample = sample;
    this.onChange();
  }
}
