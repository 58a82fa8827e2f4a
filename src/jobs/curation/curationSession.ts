import { describeError, TsyndError } from '../../protocol/errors.ts';
import type { Notice } from '../../protocol/runSummary.ts';
import type { CurationChange, CurationSnapshot, Decision } from '../../protocol/sampleTable.ts';
import { CurationHistory, curationDecisionSchema, type CurationAction } from '../../runs/curationLog.ts';
import { readIntactLines } from '../../runs/growingLines.ts';
import { appendLines } from '../../runs/jsonLines.ts';
import { lineProblems } from '../../runs/lineProblems.ts';
import { RunFolder } from '../../runs/runFolder.ts';
import { acquireRunLock, type RunLock } from '../../runs/runLock.ts';

/**
 * The decisions about one run's samples. While it is open and nobody else curates the run, each action is on the disk
 * before it is told.
 */
export class CurationSession {
  /** Who curates the run already, or why it cannot be written, with what to do; deciding is refused then. */
  readonly heldBy: string | undefined;
  /** What was wrong with the log. */
  readonly notices: readonly Notice[];
  private readonly file: string;
  private readonly history: CurationHistory;
  private readonly lock: RunLock | TsyndError;
  /** Actions go to the log one after the other. */
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    file: string,
    history: CurationHistory,
    lock: RunLock | TsyndError,
    notices: readonly Notice[],
  ) {
    this.file = file;
    this.history = history;
    this.notices = notices;
    this.lock = lock;
    this.heldBy = lock instanceof TsyndError ? describeError(lock) : undefined;
  }

  /**
   * Reads the decisions and takes the right to add to them. Throws TsyndError 'run/not-found' and 'run/corrupt'; a
   * run that cannot be written, or is curated in another process, opens for reading. Damaged lines are left out.
   */
  static async open(runPath: string): Promise<CurationSession> {
    const { paths } = await RunFolder.open(runPath);
    const lock = await acquireRunLock(paths.curationLock).catch((error: unknown) => {
      if (!(error instanceof TsyndError)) throw error;
      if (error.code === 'file/write') return readOnly(error);
      if (error.code === 'run/locked') return heldElsewhere(error);
      throw error;
    });
    try {
      const read = await readIntactLines(paths.curation, curationDecisionSchema);
      const problems = lineProblems('curation.jsonl', read);
      const notices = problems.map((message): Notice => ({ severity: 'warning', message }));
      return new CurationSession(paths.curation, new CurationHistory(read.values), lock, notices);
    } catch (error) {
      if (!(lock instanceof TsyndError)) await lock.release();
      throw error;
    }
  }

  get snapshot(): CurationSnapshot {
    const { state, canUndo, canRedo } = this.history;
    return { decisions: Object.fromEntries(state), canUndo, canRedo };
  }

  /** Throws TsyndError 'run/locked' when somebody else curates the run, 'file/write' when it cannot be written. */
  decide(ids: readonly string[], decision: Decision | 'cleared'): Promise<CurationChange> {
    return this.record(() => this.history.decide(ids, decision, new Date()));
  }

  undo(): Promise<CurationChange> {
    return this.record(() => this.history.undo(new Date()));
  }

  redo(): Promise<CurationChange> {
    return this.record(() => this.history.redo(new Date()));
  }

  /** Waits for what is being written and lets others curate the run. */
  async close(): Promise<void> {
    await this.last;
    if (!(this.lock instanceof TsyndError)) await this.lock.release();
  }

  private record(makeAction: () => CurationAction): Promise<CurationChange> {
    const change = this.last.then(async () => {
      if (this.lock instanceof TsyndError) throw notKept(this.lock);
      const action = makeAction();
      if (action.length > 0) {
        await appendLines(this.file, curationDecisionSchema, [...action], { flush: true });
        this.history.apply(action);
      }
      return this.changeOf(action);
    });
    this.last = change.catch(() => undefined);
    return change;
  }

  private changeOf(action: CurationAction): CurationChange {
    const { state, canUndo, canRedo } = this.history;
    const changed = action.map(({ sampleId: id }) => ({ id, decision: state.get(id) }));
    return { changed, canUndo, canRedo };
  }
}

function readOnly(cause: TsyndError): TsyndError {
  return new TsyndError('file/write', cause.message, {
    remedy: "To decide about its samples, make the run's folder writable, or copy it to where you may write.",
    cause,
  });
}

/** In the words of a person, who knows windows rather than lock files. */
function heldElsewhere(cause: TsyndError): TsyndError {
  const { pid, hostname, file } = cause.details;
  const holder = typeof pid === 'number' ? ` (process ${pid} on ${String(hostname)})` : '';
  return new TsyndError('run/locked', `Another window decides about its samples${holder}.`, {
    remedy: `Close its gallery there, then try again here; if no such window is left, delete ${String(file)}.`,
    details: cause.details,
    cause,
  });
}

function notKept({ code, message, remedy = '' }: TsyndError): TsyndError {
  return new TsyndError(code, `The decision was not kept. ${message}`, { remedy });
}
