import type { Api, NameOf } from '../../src/protocol/envelope.ts';

/** A request that the page has made and that the test answers when it likes. */
export interface Asked<A extends Api<A>, M extends NameOf<A> = NameOf<A>> {
  readonly method: M;
  readonly params: A[M]['params'];
  readonly signal: AbortSignal | undefined;
  answer(value: A[M]['result']): void;
  fail(error: Error): void;
}

/** An editor whose answers come in the order that a test wants. */
export class FakeEditor<A extends Api<A>> {
  /** What is not answered yet, oldest first. */
  readonly open: Asked<A>[] = [];

  request<M extends NameOf<A>>(
    method: M,
    params: A[M]['params'],
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<A[M]['result']> {
    return new Promise((resolve, reject) => {
      const asked: Asked<A, M> = { method, params, signal, answer: resolve, fail: reject };
      this.open.push(asked);
    });
  }

  /** Takes the oldest open request of a method, which must be there. */
  take<M extends NameOf<A>>(method: M): Asked<A, M> {
    const index = this.open.findIndex((asked) => asked.method === method);
    if (index < 0) throw new Error(`The page has not asked for '${method}'.`);
    return this.open.splice(index, 1)[0] as unknown as Asked<A, M>;
  }

  get methods(): readonly NameOf<A>[] {
    return this.open.map(({ method }) => method);
  }
}
