import { TsyndError } from '../../protocol/errors.ts';
import type { ProcessStatus } from '../processes/processClient.ts';

/** Work that has not ended. */
export interface Turn {
  readonly key: string;
  readonly state: 'queued' | 'running';
  readonly isStopping: boolean;
}

/** How work ended. */
export type TurnOutcome<T> =
  | { readonly kind: 'finished'; readonly result: T }
  /** At a person's wish; what is on the disk, if there is anything, can be gone on with. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly error: TsyndError }
  /** The compute process ended under it; the disk holds all up to the last checkpoint. */
  | { readonly kind: 'crashed'; readonly error: TsyndError }
  /** Taken out of the queue before its turn. */
  | { readonly kind: 'removed' };

export interface NewTurn<T> {
  /** New among all that has not ended. */
  readonly key: string;
  readonly work: (signal: AbortSignal) => Promise<T>;
  /** Called once, when the turn is no longer in the queue; `turn` is as it was. */
  readonly onEnded: (outcome: TurnOutcome<T>, turn: Turn) => void;
}

/** What trains, as far as the queue goes. */
export interface TurnProcess {
  readonly status: ProcessStatus;
  onStatusChanged(listener: (status: ProcessStatus) => void): () => void;
}

interface Entry extends Turn {
  state: 'queued' | 'running';
  isStopping: boolean;
  readonly abort: AbortController;
  /** Does the work; resolves to what tells of its end. */
  readonly perform: () => Promise<() => void>;
  readonly tell: (outcome: TurnOutcome<never>) => void;
  /** Resolves when the turn has ended. */
  readonly ended: Promise<void>;
  readonly markEnded: () => void;
}

/**
 * Work for the compute process in the order in which it came, one piece at a time, whatever kind it is of. What fails, or
 * takes the process along, does not stop what is after it, and is not tried again: that is the person's to say. The queue
 * waits while the process is given up, and goes on once a person has started it again.
 */
export class TurnQueue {
  private readonly compute: TurnProcess;
  private readonly entries: Entry[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly unsubscribe: () => void;
  private pauses = 0;
  private isClosed = false;

  constructor(compute: TurnProcess) {
    this.compute = compute;
    this.unsubscribe = compute.onStatusChanged(() => {
      this.startNext();
      this.changed();
    });
  }

  /** The one that works, then those that wait, in their order. */
  get turns(): readonly Turn[] {
    return this.entries;
  }

  /** Whether work waits for a person to start the compute process again. */
  get isHeld(): boolean {
    return this.compute.status.health === 'failed' && this.entries.length > 0;
  }

  /** Calls back after each change that `add` does not make itself; the returned function ends that. */
  onChanged(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The work starts in this very call when nothing is before it. */
  add<T>({ key, work, onEnded }: NewTurn<T>): void {
    let markEnded = (): void => undefined;
    const ended = new Promise<void>((resolve) => (markEnded = resolve));
    const abort = new AbortController();
    const entry: Entry = {
      key,
      state: 'queued',
      isStopping: false,
      abort,
      perform: async () => {
        const result = await work(abort.signal);
        return () => onEnded({ kind: 'finished', result }, entry);
      },
      tell: (outcome) => onEnded(outcome, entry),
      ended,
      markEnded,
    };
    this.entries.push(entry);
    this.startNext();
  }

  /** Takes out what waits, or asks what works to stop; resolves when it has ended, and at once for none. */
  async stop(key: string): Promise<void> {
    const entry = this.entries.find((candidate) => candidate.key === key);
    if (!entry) return;
    if (entry.state === 'queued') {
      this.end(entry, () => entry.tell({ kind: 'removed' }));
      return;
    }
    if (!entry.isStopping) {
      entry.isStopping = true;
      entry.abort.abort();
      this.changed();
    }
    await entry.ended;
  }

  /** Starts nothing while `work` goes on, and counts the end of what works now as its stop. */
  async pauseDuring(work: () => Promise<void>): Promise<void> {
    this.pauses++;
    const running = this.entries.find(({ state }) => state === 'running');
    if (running) running.isStopping = true;
    this.changed();
    try {
      await work();
    } finally {
      this.pauses--;
      this.startNext();
      this.changed();
    }
  }

  /** The window closes: what works is asked to stop, and nothing starts any more. */
  dispose(): void {
    this.isClosed = true;
    this.unsubscribe();
    for (const { abort } of this.entries) abort.abort();
  }

  private startNext(): void {
    const next = this.entries.at(0);
    if (next?.state !== 'queued' || this.isClosed || this.pauses > 0 || this.isHeld) return;
    next.state = 'running';
    void this.run(next);
  }

  private async run(entry: Entry): Promise<void> {
    try {
      const tellFinished = await entry.perform();
      this.end(entry, tellFinished);
    } catch (error) {
      const failure = error instanceof TsyndError ? error : unexpected(error);
      // The request never reached a process, so that the work has lost nothing but its turn.
      if (failure.code === 'process/unavailable' && this.isHeld && !entry.isStopping) {
        entry.state = 'queued';
        this.changed();
        return;
      }
      this.end(entry, () => entry.tell(outcomeOf(failure, entry.isStopping)));
    }
  }

  private end(entry: Entry, tell: () => void): void {
    this.entries.splice(this.entries.indexOf(entry), 1);
    tell();
    entry.markEnded();
    this.startNext();
    this.changed();
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

function outcomeOf(error: TsyndError, isStopping: boolean): TurnOutcome<never> {
  if (error.code === 'cancelled') return { kind: 'stopped' };
  // Who was asked to stop and is gone has stopped, whatever it went with.
  if (isStopping && error.code.startsWith('process/')) return { kind: 'stopped' };
  return { kind: error.code === 'process/exited' ? 'crashed' : 'failed', error };
}

function unexpected(error: unknown): TsyndError {
  const message = error instanceof Error ? error.message : String(error);
  return new TsyndError('internal', message, { cause: error });
}
