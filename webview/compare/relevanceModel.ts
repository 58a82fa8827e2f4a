import type { CompareApi, MeasuredRelevance, MeasuringProgress } from '../../src/protocol/compareApi.ts';
import type { ComparePeer } from './comparePeer.ts';
import { failed, ready, WAITING, type Loadable } from '../shared/loadable.ts';

/** What was measured of the two runs, and how far a measurement is. */
export class RelevanceModel {
  private readonly peer: Pick<ComparePeer, 'request'>;
  private readonly onChange: () => void;
  private known: Loadable<MeasuredRelevance> = WAITING;
  private loading = new AbortController();

  constructor(peer: Pick<ComparePeer, 'request'>, onChange: () => void) {
    this.peer = peer;
    this.onChange = onChange;
  }

  get measured(): Loadable<MeasuredRelevance> {
    return this.known;
  }

  /** Reads what there is; what is shown stays until then. */
  async load(): Promise<void> {
    this.loading.abort();
    this.loading = new AbortController();
    const { signal } = this.loading;
    try {
      const measured = await this.peer.request('compare/relevance', null, { signal });
      if (!signal.aborted) this.publish(ready(measured));
    } catch (error) {
      if (!signal.aborted) this.publish(failed(error));
    }
  }

  /** What was measured is of other runs than those that are shown now. */
  forget(): void {
    this.loading.abort();
    this.publish(WAITING);
  }

  /** The editor tells how far a measurement is, or with null that it has ended. */
  told(progress: MeasuringProgress | null): void {
    if (progress === null) void this.load();
    else if (this.known.status === 'ready') {
      const { failure: _failure, ...measured } = this.known.value;
      this.publish(ready({ ...measured, measuring: progress }));
    }
  }

  async measure(choices: CompareApi['compare/measure']['params']): Promise<void> {
    try {
      await this.peer.request('compare/measure', choices);
    } catch (error) {
      const { failure } = failed(error);
      if (this.known.status === 'ready') this.publish(ready({ ...this.known.value, failure }));
    }
  }

  stop(): void {
    this.peer.request('compare/stopMeasuring', null).catch(() => undefined);
  }

  private publish(measured: Loadable<MeasuredRelevance>): void {
    this.known = measured;
    this.onChange();
  }
}
