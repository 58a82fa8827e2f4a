import type { Api, NameOf } from '../../protocol/envelope.ts';
import type { RequestOptions } from '../../protocol/rpcPeer.ts';

/** How a supervised process fares, as data for an icon, a tooltip and a click; never as log text. */
export type ProcessStatus =
  /** Not needed yet, or stopped on purpose. */
  | { readonly health: 'idle' }
  | { readonly health: 'starting' }
  | { readonly health: 'ready'; readonly pid: number }
  /** It crashed and comes back with the next request. */
  | { readonly health: 'crashed'; readonly message: string }
  /** It crashed too often; only a person's wish starts it again. */
  | { readonly health: 'failed'; readonly message: string };

/** A process of ours as the rest of the extension sees it: started by the first request, and watched. */
export interface ProcessClient<A extends Api<A>> {
  readonly status: ProcessStatus;
  /** Rejects with a TsyndError only; with 'process/exited' when the process ends before it answers. */
  request<M extends NameOf<A>>(
    method: M,
    params: A[M]['params'],
    options?: RequestOptions<A[M]['progress']>,
  ): Promise<A[M]['result']>;
  /** Calls back on each change; the returned function ends that. */
  onStatusChanged(listener: (status: ProcessStatus) => void): () => void;
  /** Starts it before it is needed, so that the first request does not wait. */
  warmUp(): void;
  /** Forgets past crashes, ends the process if there is one, and starts it again. */
  restart(): Promise<void>;
  /** Lets it finish what must not be torn (a checkpoint, a line), then ends it; kills it after a few seconds. */
  stop(): Promise<void>;
}
