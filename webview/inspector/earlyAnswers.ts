import { earlyKey } from '../../src/protocol/earlyKey.ts';
import { TsyndError } from '../../src/protocol/errors.ts';
import type { EarlyAnswer, InspectorApi } from '../../src/protocol/inspectorApi.ts';
import type { NameOf } from '../../src/protocol/envelope.ts';
import type { InspectorPeer } from './inspectorPeer.ts';

interface Awaited {
  /** Whoever asks a second time wants to know it anew. */
  isTaken: boolean;
  readonly answer: Promise<EarlyAnswer | undefined>;
  readonly settle: (answer: EarlyAnswer | undefined) => void;
}

/** The editor as the model asks it: what it answers by itself is awaited, and not asked for again. */
export class EarlyAnswers implements Pick<InspectorPeer, 'request'> {
  private readonly peer: Pick<InspectorPeer, 'request'>;
  private awaited = new Map<string, Awaited>();

  constructor(peer: Pick<InspectorPeer, 'request'>) {
    this.peer = peer;
  }

  /** The editor shows another image, and answers these requests about it by itself. */
  expect(keys: readonly string[]): void {
    for (const { settle } of this.awaited.values()) settle(undefined);
    this.awaited = new Map(keys.map((key) => [key, newAwaited()]));
  }

  receive(answer: EarlyAnswer): void {
    this.awaited.get(answer.key)?.settle(answer);
  }

  request: InspectorPeer['request'] = async <M extends NameOf<InspectorApi>>(
    method: M,
    params: InspectorApi[M]['params'],
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<InspectorApi[M]['result']> => {
    const early = await this.take(earlyKey(method, params))?.answer;
    if (options?.signal?.aborted) throw new TsyndError('cancelled', 'Another image is shown now.');
    if (early?.value !== undefined) return early.value;
    return this.peer.request(method, params, options);
  };

  private take(key: string): Awaited | undefined {
    const awaited = this.awaited.get(key);
    if (!awaited || awaited.isTaken) return undefined;
    awaited.isTaken = true;
    return awaited;
  }
}

function newAwaited(): Awaited {
  let settle: Awaited['settle'] = () => undefined;
  const answer = new Promise<EarlyAnswer | undefined>((resolve) => {
    settle = resolve;
  });
  return { isTaken: false, answer, settle };
}
