import type { NameOf } from '../../../src/protocol/envelope.ts';
import type { ReportApi } from '../../../src/protocol/reportApi.ts';
import type { ReportPeer } from '../../../webview/report/reportPeer.ts';

type Method = NameOf<ReportApi>;

/** A request that the page has made and that the test answers when it likes. */
export interface Asked<M extends Method = Method> {
  readonly method: M;
  readonly params: ReportApi[M]['params'];
  readonly signal: AbortSignal | undefined;
  answer(value: ReportApi[M]['result']): void;
  fail(error: Error): void;
}

/** An editor whose answers come in the order that a test wants. */
export class FakeEditor implements Pick<ReportPeer, 'request'> {
  /** What is not answered yet, oldest first. */
  readonly open: Asked[] = [];

  request<M extends Method>(
    method: M,
    params: ReportApi[M]['params'],
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<ReportApi[M]['result']> {
    return new Promise((resolve, reject) => {
      const asked: Asked<M> = { method, params, signal, answer: resolve, fail: reject };
      this.open.push(asked);
    });
  }

  /** Takes the oldest open request of a method, which must be there. */
  take<M extends Method>(method: M): Asked<M> {
    const index = this.open.findIndex((asked) => asked.method === method);
    if (index < 0) throw new Error(`The page has not asked for '${method}'.`);
    return this.open.splice(index, 1)[0] as unknown as Asked<M>;
  }

  get methods(): readonly Method[] {
    return this.open.map(({ method }) => method);
  }
}
