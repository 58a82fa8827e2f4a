import type { NoApi } from '../../../src/protocol/envelope.ts';
import type { TsyndError } from '../../../src/protocol/errors.ts';
import type { InspectorApi, InspectorEvents } from '../../../src/protocol/inspectorApi.ts';
import { RpcPeer, type Handlers } from '../../../src/protocol/rpcPeer.ts';
import type { InspectorPeer } from '../../../webview/inspector/inspectorPeer.ts';
import { memoryPipe } from '../../protocol/memoryPipe.ts';

type Method = keyof InspectorApi;

/** A request that the page has made and that the test answers when it likes. */
export interface Asked<M extends Method = Method> {
  readonly method: M;
  readonly params: InspectorApi[M]['params'];
  readonly signal: AbortSignal;
  answer(value: InspectorApi[M]['result']): void;
  fail(error: TsyndError): void;
}

/** An editor at the other end of a real peer, whose answers come in the order that a test wants. */
export class FakeEditor {
  /** The page's end. */
  readonly page: InspectorPeer;
  /** What is not answered yet, oldest first. */
  readonly open: Asked[] = [];

  constructor() {
    const [left, right] = memoryPipe();
    const handlers = Object.fromEntries(
      (
        [
          'inspector/load',
          'inspector/pixels',
          'inspector/describe',
          'inspector/predict',
          'inspector/maps',
          'inspector/adversarial',
          'inspector/expect',
          'inspector/chooseRun',
          'inspector/compareWith',
        ] satisfies Method[]
      ).map((method) => [method, this.handlerOf(method)]),
    ) as unknown as Handlers<InspectorApi>;
    new RpcPeer<InspectorApi, NoApi, InspectorEvents>(left, handlers);
    this.page = new RpcPeer<NoApi, InspectorApi, object, InspectorEvents>(right, {});
  }

  /** Takes the oldest open request of a method, which must be there. */
  take<M extends Method>(method: M): Asked<M> {
    const index = this.open.findIndex((asked) => asked.method === method);
    if (index < 0) throw new Error(`The page has not asked for '${method}'.`);
    return this.open.splice(index, 1)[0] as unknown as Asked<M>;
  }

  private handlerOf(method: Method) {
    return (params: unknown, { signal }: { readonly signal: AbortSignal }): Promise<unknown> =>
      new Promise((resolve, reject) => {
        this.open.push({
          method,
          params: params as InspectorApi[Method]['params'],
          signal,
          answer: resolve,
          fail: reject,
        });
      });
  }
}

/** Time that passes when a test says so. */
export class FakeClock {
  private now = 0;
  private timers: { readonly at: number; readonly callback: () => void }[] = [];

  readonly later = (ms: number, callback: () => void): (() => void) => {
    const timer = { at: this.now + ms, callback };
    this.timers.push(timer);
    return () => (this.timers = this.timers.filter((other) => other !== timer));
  };

  pass(ms: number): void {
    this.now += ms;
    const due = this.timers.filter(({ at }) => at <= this.now);
    this.timers = this.timers.filter(({ at }) => at > this.now);
    for (const { callback } of due) callback();
  }
}
