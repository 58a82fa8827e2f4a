import type { ComputeApi, RunProgress, RunResult } from '../../../src/protocol/computeApi.ts';
import { TsyndError, type ErrorCode } from '../../../src/protocol/errors.ts';
import type { LibraryApi } from '../../../src/protocol/libraryApi.ts';
import type { RequestOptions } from '../../../src/protocol/rpcPeer.ts';
import type { RunSummary } from '../../../src/protocol/runSummary.ts';
import type { ProcessClient, ProcessStatus } from '../../../src/extension/processes/processClient.ts';

/** A request to train that waits for the test to end it. */
export interface FakeTraining {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly wasCancelled: boolean;
  report(progress: Partial<RunProgress>): void;
  finish(result: RunResult): void;
  fail(code: ErrorCode, message?: string): void;
}

/** The compute process as the queue sees it: trains nothing, and ends when and how the test says. */
export class FakeCompute implements ProcessClient<ComputeApi> {
  status: ProcessStatus = { health: 'idle' };
  /** All requests so far, in their order. */
  readonly trainings: FakeTraining[] = [];
  /** Those that have not ended. */
  readonly open = new Set<FakeTraining>();
  restarts = 0;
  private readonly listeners = new Set<(status: ProcessStatus) => void>();

  setStatus(status: ProcessStatus): void {
    this.status = status;
    for (const listener of this.listeners) listener(status);
  }

  request<M extends keyof ComputeApi>(
    method: M,
    params: ComputeApi[M]['params'],
    options: RequestOptions<never> = {},
  ): Promise<ComputeApi[M]['result']> {
    const { signal, onProgress } = options as RequestOptions<RunProgress>;
    return new Promise((resolve, reject) => {
      const training: FakeTraining = {
        method,
        params,
        get wasCancelled() {
          return signal?.aborted === true;
        },
        report: (progress) =>
          onProgress?.({ stage: 'dataset', done: 0, total: 0, unit: 'steps', warnings: [], ...progress }),
        finish: (result) => {
          this.open.delete(training);
          resolve(result);
        },
        fail: (code, message = 'It did not work.') => {
          this.open.delete(training);
          reject(new TsyndError(code, message, { remedy: 'Try again.' }));
        },
      };
      this.trainings.push(training);
      this.open.add(training);
    });
  }

  onStatusChanged(listener: (status: ProcessStatus) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  warmUp(): void {
    this.setStatus({ health: 'ready', pid: 1 });
  }

  restart(): Promise<void> {
    this.restarts++;
    for (const training of [...this.open]) training.fail('process/exited');
    this.setStatus({ health: 'ready', pid: 1 + this.restarts });
    return Promise.resolve();
  }

  stop(): Promise<void> {
    for (const training of [...this.open]) training.fail('cancelled');
    this.setStatus({ health: 'idle' });
    return Promise.resolve();
  }
}

/** The library process with runs as the test puts them there. */
export class FakeLibrary implements Pick<ProcessClient<LibraryApi>, 'request'> {
  runs: readonly RunSummary[] = [];
  failure: TsyndError | undefined;
  listings = 0;
  /** Awaited by each listing after it has looked at the disk, so that a test can let things happen meanwhile. */
  gate: Promise<void> = Promise.resolve();

  async request<M extends keyof LibraryApi>(method: M): Promise<LibraryApi[M]['result']> {
    if (method !== 'runs/list') throw new TsyndError('internal', `The test has no answer to ${method}.`);
    this.listings++;
    const { runs } = this;
    await this.gate;
    if (this.failure) throw this.failure;
    return runs;
  }
}

/** A summary with what a test is about. */
export function runSummary(change: Partial<RunSummary> & Pick<RunSummary, 'folder'>): RunSummary {
  const id = change.folder.split(/[\\/]/).at(-1)!;
  return { id, status: 'finished', isElsewhere: false, samples: 0, ...change };
}

/** Lets all that waits for settled promises go on. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
