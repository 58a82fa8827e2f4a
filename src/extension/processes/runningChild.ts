import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Api, NoApi } from '../../protocol/envelope.ts';
import type { ProcessEvents } from '../../protocol/processEvents.ts';
import { RpcPeer } from '../../protocol/rpcPeer.ts';
import { exitedError, type ChildEnd } from './childEnd.ts';
import { childTransport } from './childTransport.ts';

export interface ChildOptions {
  /** In words, as sentences need it: `compute process`. */
  readonly title: string;
  /** Absolute path of the bundle. */
  readonly script: string;
  /** Gets each line that the process writes, and what is remarkable about it. */
  readonly log: (line: string) => void;
  /** Time for the first hello, in ms. */
  readonly startMs: number;
  /** Time to end when asked to, in ms; then it is killed. */
  readonly stopMs: number;
}

const LAST_LINES = 20;
/** How long after its exit what a process had still written may be on the way. */
const DRAIN_MS = 1000;

/** One child process from its fork to its end, with the peer that talks to it. */
export class RunningChild<A extends Api<A>> {
  readonly peer: RpcPeer<NoApi, A, ProcessEvents>;
  /** Resolves with true when the process has said hello, with false when it has ended without. */
  readonly started: Promise<boolean>;
  /** Resolves when the process is gone and all requests to it have ended; never rejects. */
  readonly ended: Promise<ChildEnd>;
  private readonly child: ChildProcess;
  private readonly options: ChildOptions;
  private readonly lastLines: string[] = [];
  private cause: ChildEnd['cause'] = 'itself';
  private problem: string | undefined;
  private isReady = false;

  constructor(options: ChildOptions) {
    this.options = options;
    this.child = fork(options.script, [], {
      serialization: 'advanced',
      // The editor's own flags, a debugging port for example, are not for its children.
      execArgv: [],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.ended = this.watch();
    this.readLines(this.child.stdout, () => undefined);
    this.readLines(this.child.stderr, (line) => {
      this.lastLines.push(line);
      if (this.lastLines.length > LAST_LINES) this.lastLines.shift();
    });
    const timer = setTimeout(() => this.kill('silent'), options.startMs);
    let setReady: () => void = () => undefined;
    const ready = new Promise<boolean>((resolve) => {
      setReady = () => {
        this.isReady = true;
        resolve(true);
      };
    });
    this.started = Promise.race([ready, this.ended.then(() => false)]).finally(() => clearTimeout(timer));
    this.peer = new RpcPeer<NoApi, A, ProcessEvents>(
      childTransport(this.child),
      {},
      {
        onReady: setReady,
        onGarbage: (message) => options.log(`The ${options.title} sent garbage: ${excerpt(message)}`),
        onMismatch: () => this.kill('mismatch'),
      },
    );
    void this.ended.then((end) => this.peer.close(exitedError(options.title, end)));
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Asks it to finish what must not be torn and to go; kills it where that takes too long. */
  async stop(): Promise<void> {
    // Before its hello it has nothing that could be torn, and may be stuck.
    if (!this.isReady) this.kill('asked');
    else if (this.cause === 'itself') this.cause = 'asked';
    this.peer.emit('shutdown', null);
    await this.endWithin(this.options.stopMs);
  }

  private kill(cause: ChildEnd['cause']): void {
    if (this.cause === 'itself') this.cause = cause;
    this.child.kill('SIGKILL');
  }

  private async endWithin(limitMs: number): Promise<void> {
    const timer = setTimeout(() => {
      this.options.log(`The ${this.options.title} did not end within ${limitMs / 1000} s and is killed.`);
      this.child.kill('SIGKILL');
    }, limitMs);
    await this.ended;
    clearTimeout(timer);
  }

  private watch(): Promise<ChildEnd> {
    const { child } = this;
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const disconnected = new Promise<void>((resolve) => {
      child.once('disconnect', () => {
        resolve();
        // It may live on without its channel, but is of no use any more.
        void this.endWithin(this.options.stopMs);
      });
    });
    return new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null): void =>
        resolve({ code, signal, cause: this.cause, problem: this.problem, lastLines: [...this.lastLines] });
      child.on('error', (error) => {
        this.options.log(`The ${this.options.title}: ${error.message}`);
        if (child.pid !== undefined) return;
        this.cause = 'spawn';
        this.problem = error.message;
        end(null, null);
      });
      child.once('exit', (code, signal) => {
        // What it had sent and written before is still to come.
        const timer = setTimeout(() => end(code, signal), DRAIN_MS);
        void Promise.all([closed, disconnected]).then(() => {
          clearTimeout(timer);
          end(code, signal);
        });
      });
    });
  }

  private readLines(stream: Readable | null, onLine: (line: string) => void): void {
    if (!stream) return;
    createInterface(stream).on('line', (line) => {
      onLine(line);
      this.options.log(line);
    });
  }
}

function excerpt(message: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(message);
  } catch {
    text = undefined;
  }
  return (text ?? String(message)).slice(0, 200);
}
