import type { Api, NameOf } from '../../protocol/envelope.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { RequestOptions } from '../../protocol/rpcPeer.ts';
import { describeEnd, type ChildEnd } from './childEnd.ts';
import type { ProcessClient, ProcessStatus } from './processClient.ts';
import { RunningChild } from './runningChild.ts';

export interface SupervisedProcessOptions {
  /** In words, as sentences need it: `compute process`. */
  readonly title: string;
  /** Absolute path of the bundle to fork. */
  readonly script: string;
  /** Gets each line that the process writes, and what is remarkable about it. */
  readonly log: (line: string) => void;
  readonly limits?: Partial<ProcessLimits>;
}

export interface ProcessLimits {
  /** Time for the first hello, in ms. */
  readonly startMs: number;
  /** Time to end when asked to, in ms; then it is killed. */
  readonly stopMs: number;
  /** So many crashes within `crashWindowMs` are too many. */
  readonly crashes: number;
  readonly crashWindowMs: number;
}

const DEFAULT_LIMITS: ProcessLimits = {
  startMs: 30_000,
  stopMs: 10_000,
  crashes: 3,
  crashWindowMs: 120_000,
};

/**
 * A process of ours that is forked by the first request and watched from then on. After a crash the next request
 * starts it again; after too many, only `restart` does. Nothing is ever asked twice: what a crash has interrupted
 * rejects with 'process/exited', and whoever asked decides.
 */
export class SupervisedProcess<A extends Api<A>> implements ProcessClient<A> {
  private readonly options: SupervisedProcessOptions;
  private readonly limits: ProcessLimits;
  private readonly listeners = new Set<(status: ProcessStatus) => void>();
  /** In ms, as `performance.now()` tells them. */
  private crashes: number[] = [];
  private child: RunningChild<A> | undefined;
  private stopping: Promise<void> | undefined;
  private current: ProcessStatus = { health: 'idle' };

  constructor(options: SupervisedProcessOptions) {
    this.options = options;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
  }

  get status(): ProcessStatus {
    return this.current;
  }

  async request<M extends NameOf<A>>(
    method: M,
    params: A[M]['params'],
    options?: RequestOptions<A[M]['progress']>,
  ): Promise<A[M]['result']> {
    if (this.stopping) await this.stopping;
    return this.running().peer.request(method, params, options);
  }

  onStatusChanged(listener: (status: ProcessStatus) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  warmUp(): void {
    if (this.current.health === 'failed' || this.stopping) return;
    try {
      this.running();
    } catch {
      // The status says it, and so will the first request.
    }
  }

  /** Rejects with 'process/unavailable' where the process does not start. */
  async restart(): Promise<void> {
    await this.stop();
    if (!(await this.running().started)) throw this.unavailable();
  }

  async stop(): Promise<void> {
    this.stopping ??= this.stopChild().finally(() => (this.stopping = undefined));
    await this.stopping;
  }

  private async stopChild(): Promise<void> {
    await this.child?.stop();
    this.crashes = [];
    if (this.current.health !== 'idle') this.setStatus({ health: 'idle' });
  }

  /** The process, which is started where there is none. Throws TsyndError 'process/unavailable' after too many crashes. */
  private running(): RunningChild<A> {
    if (this.child) return this.child;
    if (this.current.health === 'failed') throw this.unavailable();
    const child = this.fork();
    this.child = child;
    this.setStatus({ health: 'starting' });
    void child.started.then((isReady) => {
      const { pid } = child;
      if (isReady && pid !== undefined && this.child === child) this.setStatus({ health: 'ready', pid });
    });
    void child.ended.then((end) => this.childEnded(end));
    return child;
  }

  private fork(): RunningChild<A> {
    const { title, script, log } = this.options;
    try {
      return new RunningChild<A>({ title, script, log, ...this.limits });
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.childEnded({ code: null, signal: null, cause: 'spawn', problem, lastLines: [] });
      throw this.unavailable();
    }
  }

  private childEnded(end: ChildEnd): void {
    const { title, log } = this.options;
    const message = describeEnd(title, end);
    this.child = undefined;
    log(message);
    if (end.cause === 'asked') {
      this.setStatus({ health: 'idle' });
      return;
    }
    const now = performance.now();
    this.crashes = [...this.crashes.filter((time) => now - time < this.limits.crashWindowMs), now];
    const isHopeless = end.cause === 'mismatch' || this.crashes.length >= this.limits.crashes;
    this.setStatus({ health: isHopeless ? 'failed' : 'crashed', message });
  }

  private unavailable(): TsyndError {
    const { title } = this.options;
    const problem = 'message' in this.current ? ` ${this.current.message}` : '';
    return new TsyndError('process/unavailable', `The ${title} is not running.${problem}`, {
      remedy: "Run 'TSynD: Restart Processes'; 'TSynD: Show Log' says what happened.",
    });
  }

  private setStatus(status: ProcessStatus): void {
    this.current = status;
    for (const listener of [...this.listeners]) listener(status);
  }
}
