import { PROTOCOL_VERSION, type Api, type Envelope, type NameOf } from './envelope.ts';
import { TsyndError } from './errors.ts';
import { fromWireError, toWireError } from './wireError.ts';

/** A pipe of envelopes: a child process, or a webview. */
export interface Transport {
  /** Never throws; what cannot be sent any more is lost, and `close` tells so. */
  send(envelope: Envelope): void;
  /** Calls back with whatever arrives, which may be garbage. */
  onMessage(listener: (message: unknown) => void): void;
}

/** What a handler may use beside its parameters. */
export interface RequestContext<Progress> {
  /** Aborted when the caller cancels or is gone. */
  readonly signal: AbortSignal;
  /** Tells how far the request is, with a full snapshot; more than 10 a second are dropped, the newest is kept. */
  readonly progress: (value: Progress) => void;
}

export type Handlers<A extends Api<A>> = {
  readonly [M in keyof A]: (
    params: A[M]['params'],
    context: RequestContext<A[M]['progress']>,
  ) => Promise<A[M]['result']> | A[M]['result'];
};

export interface RequestOptions<Progress> {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((value: Progress) => void) | undefined;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: TsyndError) => void;
  readonly onProgress: ((value: unknown) => void) | undefined;
}

export interface RpcPeerOptions {
  /** Called with what the other end sent that is not an envelope, or belongs to no request. */
  readonly onGarbage?: (message: unknown) => void;
  /** Called with each error that a handler threw, before it goes over the wire without its stack. */
  readonly onHandlerError?: (method: string, error: unknown) => void;
  /** Called each time that the other end has started: a webview does so again whenever it was hidden. */
  readonly onReady?: () => void;
}

/**
 * One end of a boundary: answers the methods of `Local` and asks for those of `Remote`. It knows nothing of processes
 * or windows.
 *
 * Every request ends, exactly once: with a value, an error, 'cancelled', or the error that `close` was given. What is
 * sent before the other end's `hello` waits for it; another protocol version refuses everything.
 */
export class RpcPeer<
  Local extends Api<Local>,
  Remote extends Api<Remote>,
  LocalEvents extends object = object,
  RemoteEvents extends object = object,
> {
  private readonly pending = new Map<number, Pending>();
  private readonly running = new Map<number, AbortController>();
  private readonly listeners = new Map<string, Set<(value: unknown) => void>>();
  private readonly transport: Transport;
  private readonly handlers: Handlers<Local>;
  private readonly options: RpcPeerOptions;
  private waiting: Envelope[] | undefined = [];
  private closedWith: TsyndError | undefined;
  private nextId = 1;

  constructor(transport: Transport, handlers: Handlers<Local>, options: RpcPeerOptions = {}) {
    this.transport = transport;
    this.handlers = handlers;
    this.options = options;
    transport.onMessage((message) => this.receive(message));
    transport.send({ type: 'hello', protocolVersion: PROTOCOL_VERSION, isReply: false });
  }

  /** Asks the other end. Rejects with a TsyndError only. */
  request<M extends NameOf<Remote>>(
    method: M,
    params: Remote[M]['params'],
    { signal, onProgress }: RequestOptions<Remote[M]['progress']> = {},
  ): Promise<Remote[M]['result']> {
    if (this.closedWith) return Promise.reject(this.closedWith);
    if (signal?.aborted) return Promise.reject(cancelled(method));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const cancel = (): void => this.send({ type: 'cancel', id });
      signal?.addEventListener('abort', cancel, { once: true });
      const settled = (): void => {
        this.pending.delete(id);
        signal?.removeEventListener('abort', cancel);
      };
      this.pending.set(id, {
        resolve: (value) => {
          settled();
          resolve(value);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
        onProgress,
      });
      this.send({ type: 'request', id, method, params });
    });
  }

  /** Announces something; nobody answers. */
  emit<E extends NameOf<LocalEvents>>(name: E, value: LocalEvents[E]): void {
    if (!this.closedWith) this.send({ type: 'event', name, value });
  }

  /** Listens to what the other end announces; the returned function ends that. */
  on<E extends NameOf<RemoteEvents>>(name: E, listener: (value: RemoteEvents[E]) => void): () => void {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners);
    listeners.add(listener as (value: unknown) => void);
    return () => listeners.delete(listener as (value: unknown) => void);
  }

  /** Ends all requests, in both directions, and refuses new ones with `error`. */
  close(error: TsyndError): void {
    this.closedWith ??= error;
    this.waiting = undefined;
    for (const controller of this.running.values()) controller.abort();
    for (const { reject } of [...this.pending.values()]) reject(this.closedWith);
  }

  private send(envelope: Envelope): void {
    if (this.closedWith) return;
    if (this.waiting) this.waiting.push(envelope);
    else this.transport.send(envelope);
  }

  private receive(message: unknown): void {
    if (this.closedWith) return;
    if (!isEnvelope(message)) {
      this.options.onGarbage?.(message);
      return;
    }
    switch (message.type) {
      case 'hello':
        this.receiveHello(message.protocolVersion, message.isReply);
        break;
      case 'request':
        void this.answer(message.id, message.method, message.params);
        break;
      case 'cancel':
        this.running.get(message.id)?.abort();
        break;
      case 'event':
        this.listeners.get(message.name)?.forEach((listener) => listener(message.value));
        break;
      case 'progress':
        this.pending.get(message.id)?.onProgress?.(message.value);
        break;
      case 'result':
        this.receiveResult(message);
    }
  }

  private receiveResult(message: Extract<Envelope, { type: 'result' }>): void {
    const pending = this.pending.get(message.id);
    if (!pending) this.options.onGarbage?.(message);
    else if (message.ok) pending.resolve(message.value);
    else pending.reject(fromWireError(message.error));
  }

  private receiveHello(protocolVersion: number, isReply: boolean): void {
    if (protocolVersion !== PROTOCOL_VERSION) {
      const versions = `speaks version ${protocolVersion} of the protocol, and this one ${PROTOCOL_VERSION}`;
      this.close(
        new TsyndError('process/protocol', `The other part of TSynD ${versions}.`, {
          remedy: 'Reload the window, so that both are of the same installation.',
        }),
      );
      return;
    }
    if (!isReply) {
      // What an earlier page asked for, nobody waits for any more.
      for (const controller of this.running.values()) controller.abort();
      this.transport.send({ type: 'hello', protocolVersion: PROTOCOL_VERSION, isReply: true });
    }
    const waiting = this.waiting ?? [];
    this.waiting = undefined;
    for (const envelope of waiting) this.transport.send(envelope);
    this.options.onReady?.();
  }

  private async answer(id: number, method: string, params: unknown): Promise<void> {
    const controller = new AbortController();
    this.running.set(id, controller);
    const { report, stop } = throttle((value) => this.send({ type: 'progress', id, value }));
    try {
      const handler = this.handlerOf(method);
      if (!handler) throw new TsyndError('process/protocol', `There is no method '${method}'.`);
      const value = await handler(params, { signal: controller.signal, progress: report });
      stop();
      this.send({ type: 'result', id, ok: true, value });
    } catch (error) {
      stop();
      this.options.onHandlerError?.(method, error);
      this.send({ type: 'result', id, ok: false, error: toWireError(error) });
    } finally {
      this.running.delete(id);
    }
  }

  private handlerOf(method: string): AnyHandler | undefined {
    if (!Object.hasOwn(this.handlers, method)) return undefined;
    return (this.handlers as Readonly<Record<string, AnyHandler>>)[method];
  }
}

type AnyHandler = (params: unknown, context: RequestContext<unknown>) => unknown;

const PROGRESS_INTERVAL_MS = 100;

/** Passes on a value at once where none went in the last interval, and else the newest at its end. */
function throttle(send: (value: unknown) => void): { report: (value: unknown) => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let newest: { readonly value: unknown } | undefined;
  const flush = (): void => {
    timer = undefined;
    if (!newest) return;
    send(newest.value);
    newest = undefined;
    timer = setTimeout(flush, PROGRESS_INTERVAL_MS);
  };
  return {
    report: (value) => {
      newest = { value };
      if (timer === undefined) flush();
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
      if (newest) send(newest.value);
      newest = undefined;
    },
  };
}

function cancelled(method: string): TsyndError {
  return new TsyndError('cancelled', `'${method}' was cancelled.`);
}

/** Checks the shape that the peer relies on; params and values are checked by whoever handles them. */
function isEnvelope(message: unknown): message is Envelope {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false;
  const { id, name, method, protocolVersion, ok, error } = message as Readonly<Record<string, unknown>>;
  switch (message.type) {
    case 'hello':
      return typeof protocolVersion === 'number';
    case 'request':
      return typeof id === 'number' && typeof method === 'string';
    case 'progress':
    case 'cancel':
      return typeof id === 'number';
    case 'event':
      return typeof name === 'string';
    case 'result':
      return typeof id === 'number' && (ok === true || (ok === false && isWireError(error)));
    default:
      return false;
  }
}

function isWireError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error;
}
