import { PROTOCOL_VERSION, type Api, type Envelope, type NameOf } from './envelope.ts';
import { TsyndError } from './errors.ts';
import { parseEnvelope } from './parseEnvelope.ts';
import { cancelled, ending, isAbortError, otherVersion, startedAnew, unsendable } from './rpcErrors.ts';
import { throttleValues } from './throttleValues.ts';
import { fromWireError, toWireError } from './wireError.ts';

/** A pipe of envelopes: a child process, or a webview. */
export interface Transport {
  /**
   * Throws only where the envelope holds what cannot be copied, a function for example. What cannot be sent any more
   * is lost, and `close` tells so.
   */
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
  /** Called when the other end speaks another version of the protocol; the peer is closed with this error then. */
  readonly onMismatch?: (error: TsyndError) => void;
}

/**
 * One end of a boundary: answers the methods of `Local` and asks for those of `Remote`. It knows nothing of processes
 * or windows.
 *
 * Every request ends, exactly once: with a value, an error, 'cancelled', or the error that `close` was given. What is
 * sent before the other end's `hello` waits for it; another protocol version refuses everything. An end that starts
 * anew (a page that was reloaded) says `hello` again: what it had asked for is aborted and never answered, since its
 * new requests have the same ids, and what it was asked for ends with 'process/exited'.
 */
export class RpcPeer<
  Local extends Api<Local>,
  Remote extends Api<Remote>,
  LocalEvents extends object = object,
  RemoteEvents extends object = object,
> {
  private readonly pending = new Map<number, Pending>();
  /** What the other end waits for, by its id. */
  private readonly running = new Map<number, AbortController>();
  /** What handlers do, also for requests that nobody waits for any more. */
  private readonly answering = new Set<Promise<void>>();
  private readonly listeners = new Map<string, Set<(value: unknown) => void>>();
  private readonly transport: Transport;
  private readonly handlers: Handlers<Local>;
  private readonly options: RpcPeerOptions;
  private waiting: Envelope[] | undefined = [];
  private closedWith: TsyndError | undefined;
  private isDraining = false;
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
      const cancel = (): void => this.cancel(id, method);
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
    this.abortRunning();
    this.rejectPending(this.closedWith);
  }

  /** Aborts what the other end asked for, refuses more, and waits until the handlers have ended; their results go out. */
  async drain(): Promise<void> {
    this.isDraining = true;
    for (const controller of this.running.values()) controller.abort();
    await Promise.all(this.answering);
  }

  private send(envelope: Envelope): void {
    if (this.closedWith) return;
    if (this.waiting) this.waiting.push(envelope);
    else this.deliver(envelope);
  }

  private deliver(envelope: Envelope): void {
    try {
      this.transport.send(envelope);
    } catch (cause) {
      const error = unsendable(envelope.type, cause);
      this.options.onHandlerError?.(envelope.type, error);
      if (envelope.type === 'request') this.pending.get(envelope.id)?.reject(error);
      if (envelope.type !== 'result' || !envelope.ok) return;
      this.deliver({ type: 'result', id: envelope.id, ok: false, error: toWireError(error) });
    }
  }

  private cancel(id: number, method: string): void {
    const isSame = (envelope: Envelope): boolean => envelope.type === 'request' && envelope.id === id;
    if (this.waiting?.some(isSame)) {
      this.waiting = this.waiting.filter((envelope) => !isSame(envelope));
      this.pending.get(id)?.reject(cancelled(method));
    } else {
      this.send({ type: 'cancel', id });
    }
  }

  private abortRunning(): void {
    const controllers = [...this.running.values()];
    // Whoever is not in here any more is not answered.
    this.running.clear();
    for (const controller of controllers) controller.abort();
  }

  private rejectPending(error: TsyndError): void {
    for (const { reject } of [...this.pending.values()]) reject(error);
  }

  private receive(received: unknown): void {
    if (this.closedWith) return;
    const message = parseEnvelope(received);
    if (!message) {
      this.options.onGarbage?.(received);
      return;
    }
    switch (message.type) {
      case 'hello':
        this.receiveHello(message.protocolVersion, message.isReply);
        break;
      case 'request':
        this.receiveRequest(message);
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
    if (!isReply) this.deliver({ type: 'hello', protocolVersion: PROTOCOL_VERSION, isReply: true });
    if (protocolVersion !== PROTOCOL_VERSION) {
      const error = otherVersion(protocolVersion);
      this.close(error);
      this.options.onMismatch?.(error);
      return;
    }
    const { waiting } = this;
    // The answer to a hello that was not lost, after the other end's own.
    if (isReply && !waiting) return;
    if (!waiting) {
      this.abortRunning();
      this.rejectPending(startedAnew());
    }
    this.waiting = undefined;
    for (const envelope of waiting ?? []) this.deliver(envelope);
    this.options.onReady?.();
  }

  private receiveRequest(request: Extract<Envelope, { type: 'request' }>): void {
    if (this.running.has(request.id)) {
      this.options.onGarbage?.(request);
      return;
    }
    const controller = new AbortController();
    this.running.set(request.id, controller);
    const answer = this.answer(request, controller).finally(() => this.answering.delete(answer));
    this.answering.add(answer);
  }

  private async answer(
    { id, method, params }: Extract<Envelope, { type: 'request' }>,
    controller: AbortController,
  ): Promise<void> {
    const reply = (envelope: Envelope): void => {
      if (this.running.get(id) === controller) this.send(envelope);
    };
    const { report, stop } = throttleValues<unknown>(PROGRESS_INTERVAL_MS, (value) =>
      reply({ type: 'progress', id, value }),
    );
    try {
      if (this.isDraining) throw ending(method);
      const handler = this.handlerOf(method);
      if (!handler) throw new TsyndError('process/protocol', `There is no method '${method}'.`);
      const value = await handler(params, { signal: controller.signal, progress: report });
      stop();
      reply({ type: 'result', id, ok: true, value });
    } catch (error) {
      stop();
      this.options.onHandlerError?.(method, error);
      // What a library throws when its signal is aborted is no failure.
      const told = controller.signal.aborted && isAbortError(error) ? cancelled(method) : error;
      reply({ type: 'result', id, ok: false, error: toWireError(told) });
    } finally {
      if (this.running.get(id) === controller) this.running.delete(id);
    }
  }

  private handlerOf(method: string): AnyHandler | undefined {
    if (!Object.hasOwn(this.handlers, method)) return undefined;
    return (this.handlers as Readonly<Record<string, AnyHandler>>)[method];
  }
}

type AnyHandler = (params: unknown, context: RequestContext<unknown>) => unknown;

const PROGRESS_INTERVAL_MS = 100;
