import type {
  GalleryApi,
  GalleryEvents,
  GalleryKind,
  GallerySnapshot,
} from '../../src/protocol/galleryApi.ts';
import { toWireError } from '../../src/protocol/wireError.ts';
import type { WireError } from '../../src/protocol/envelope.ts';
import type { RpcPeer } from '../../src/protocol/rpcPeer.ts';
import type { Notice } from '../../src/protocol/runSummary.ts';
import type { CurationChange, Decision } from '../../src/protocol/sampleTable.ts';
import { formatCount, formatItems, formatSamples } from './formatting.ts';
import { computeHistogram, type Histogram } from './histogram.ts';
import { loadedRun, type LoadedRun } from './loadedRun.ts';
import { oneAtATime } from './oneAtATime.ts';
import { openNotices, stillDismissed } from './openNotices.ts';
import { recallSelection, rememberSelection } from './rememberedSelection.ts';
import { filterRows, NO_FILTER, viewSamples, type SampleFilter } from './sampleView.ts';
import { NO_SELECTION, positionOf, restrict, select, targetRows, type Selection } from './selection.ts';
import { testNotices } from './testNotice.ts';
import { forAnotherRun, type ViewState } from './viewState.ts';

/** The editor, as the page sees it. */
export type GalleryHost = Pick<RpcPeer<object, GalleryApi, object, GalleryEvents>, 'request' | 'on'>;

export type LoadState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: WireError }
  | { readonly kind: 'loaded'; readonly run: LoadedRun };

/** What the page asks before it decides about much at once. */
export interface Question {
  readonly decision: Decision;
  readonly rows: readonly number[];
}

const HISTOGRAM_BINS = 64;
const DONE: Readonly<Record<Decision | 'cleared', string>> = {
  accepted: 'Accepted',
  rejected: 'Rejected',
  cleared: 'Cleared the decision on',
};

/**
 * All that the gallery knows and does, without a pixel on the screen: the elements draw it and call its methods, and
 * are told of every change.
 */
export class GalleryModel {
  load: LoadState = { kind: 'loading' };
  /** Rows of the table that are shown, in their order. */
  view: Uint32Array = new Uint32Array();
  selection: Selection = NO_SELECTION;
  /** Counts of MI (of samples, after), of what the other filters leave. */
  histogram: Histogram = { min: 0, max: 0, counts: new Uint32Array(HISTOGRAM_BINS) };
  question: Question | undefined;
  /** The last thing that did not work, until it is dismissed. */
  problem: WireError | undefined;
  /** What a screen reader is told. */
  announcement = '';
  state: ViewState;
  private readonly host: GalleryHost;
  private readonly persist: (state: ViewState) => void;
  private readonly listeners = new Set<() => void>();
  /** What the editor has announced since the samples were loaded. */
  private laterNotices: readonly Notice[] = [];
  /** What there is to know of the rows that are shown. */
  private viewNotices: readonly Notice[] = [];
  private readonly loads = oneAtATime(() => this.loadOnce());
  /** What was decided while samples are being loaded: their decisions may have been read before. */
  private changesWhileLoading: CurationChange[] = [];

  /** `state` is what `persist` was last given, from before the page was destroyed. */
  constructor(host: GalleryHost, state: ViewState, persist: (state: ViewState) => void) {
    this.host = host;
    this.state = state;
    this.persist = persist;
    host.on('gallery/changed', () => void this.reload());
    host.on('gallery/notices', (notices) => {
      this.takeNotices(() => (this.laterNotices = notices));
      this.changed();
    });
  }

  /** Tells of each change; the returned function ends that. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get run(): LoadedRun | undefined {
    return this.load.kind === 'loaded' ? this.load.run : undefined;
  }

  get kind(): GalleryKind {
    return this.state.kind;
  }

  get canDecide(): boolean {
    const snapshot = this.run?.snapshot;
    return snapshot?.kind === 'samples' && snapshot.heldBy === undefined;
  }

  /** What was not dismissed, each once. */
  get notices(): readonly Notice[] {
    return openNotices([...this.allNotices, ...this.viewNotices], this.state.dismissedNotices);
  }

  /**
   * Loads everything, first or anew; what is on the screen stays there until the new is here. One at a time: a run that
   * changes faster than it can be loaded is shown as often as it can be.
   */
  reload(): Promise<void> {
    return this.loads.request();
  }

  /** Changes how the samples are looked at. */
  update(
    change: Partial<Omit<ViewState, 'kind' | 'run' | 'scores' | 'selection' | 'cursor' | 'scroll'>>,
  ): void {
    this.state = { ...this.state, ...change };
    if (change.filter || change.sort) this.refreshView();
    const total = this.run?.table.ids.length ?? 0;
    if (change.filter)
      this.announcement = `${formatCount(this.view.length)} of ${formatItems(this.kind, total)} shown.`;
    this.changed();
  }

  filterBy(change: Partial<SampleFilter>): void {
    this.update({ filter: { ...this.state.filter, ...change } });
  }

  /** Opens or closes the details; they begin at the first sample where there was none yet. */
  showDetails(isOpen: boolean): void {
    if (isOpen && this.selection.cursor === undefined && this.view.length > 0) {
      this.selection = { ...this.selection, cursor: this.view[0], anchor: this.view[0] };
    }
    this.update({ details: { ...this.state.details, isOpen } });
  }

  setSelection(selection: Selection): void {
    this.selection = selection;
    this.changed();
  }

  /** Goes to a row by its id; filters that hide it are taken away. */
  goTo(id: string): void {
    const row = this.run?.rowOfId.get(id);
    if (row === undefined) return;
    if (positionOf(this.view, row) < 0) this.update({ filter: NO_FILTER });
    this.setSelection(select(this.selection, this.view, row, 'single'));
  }

  /** Only remembers; nothing that is drawn depends on it. */
  rememberScroll(scroll: ViewState['scroll']): void {
    this.state = { ...this.state, scroll };
    this.persist(this.state);
  }

  dismissNotice(message: string): void {
    this.update({ dismissedNotices: [...this.state.dismissedNotices, message] });
  }

  dismissProblem(): void {
    this.problem = undefined;
    this.changed();
  }

  /** Decides about the selection, or the cursor. After a single one the cursor goes on to the next. Of samples only. */
  async decide(decision: Decision | 'cleared'): Promise<void> {
    if (this.kind === 'scores') return;
    const rows = targetRows(this.selection, this.view);
    if (rows.length === 0) this.announce('No sample is selected.');
    else await this.decideRows(rows, decision);
  }

  /** Decides about all that is shown, after asking where that is more than one. */
  async decideFiltered(decision: Decision): Promise<void> {
    if (!this.canDecide || this.view.length === 0) return;
    const rows = Array.from(this.view);
    if (rows.length === 1) return this.decideRows(rows, decision);
    this.question = { decision, rows };
    this.changed();
  }

  async answer(isYes: boolean): Promise<void> {
    const { question } = this;
    this.question = undefined;
    this.changed();
    if (question && isYes) await this.decideRows(question.rows, question.decision);
  }

  async undo(): Promise<void> {
    if (this.run?.curation.canUndo) await this.goBack('gallery/undo', 'Undone');
  }

  async redo(): Promise<void> {
    if (this.run?.curation.canRedo) await this.goBack('gallery/redo', 'Redone');
  }

  /** A request whose answer does not matter, only whether it worked. */
  async ask(
    method: 'gallery/openSource' | 'gallery/openSynthetic' | 'gallery/export' | 'gallery/resume',
    id?: string,
  ): Promise<void> {
    await this.attempt(async () => {
      if (method === 'gallery/export' || method === 'gallery/resume') await this.host.request(method, null);
      else if (id !== undefined) await this.host.request(method, { id });
    });
  }

  announce(text: string): void {
    this.announcement = text;
    this.changed();
  }

  private async decideRows(rows: readonly number[], decision: Decision | 'cleared'): Promise<void> {
    const { run } = this;
    if (!run) return;
    if (!this.canDecide) {
      this.announce('This run can only be looked at here.');
      return;
    }
    const { selection, view } = this;
    const isSingle = rows.length === 1 && decision !== 'cleared';
    if (isSingle) {
      // At once, so that the next key press is about the next sample even before this one is on the disk.
      const next = positionOf(view, rows[0]) + 1;
      if (next < view.length) this.setSelection(select(selection, view, view[next], 'single'));
    }
    const left = this.selection;
    const ids = rows.map((row) => run.table.ids[row]);
    const isDone = await this.change(async () => {
      this.apply(await this.host.request('gallery/decide', { ids, decision }));
      this.announce(`${DONE[decision]} ${nameSamples(ids)}.`);
    });
    // A person who has gone on meanwhile must not find the next key to be about another sample.
    if (!isDone && isSingle && this.selection === left) this.setSelection(selection);
  }

  private async goBack(method: 'gallery/undo' | 'gallery/redo', done: string): Promise<void> {
    if (!this.canDecide) return;
    await this.change(async () => {
      const change = await this.host.request(method, null);
      const rows = new Set(this.apply(change));
      const back = Array.from(this.view).filter((row) => rows.has(row));
      if (back.length > 0) this.selection = { cursor: back[0], anchor: back[0], rows: new Set(back) };
      this.announce(`${done}: ${nameSamples(change.changed.map(({ id }) => id))}.`);
    });
  }

  /** Returns the rows that were changed. */
  private apply(change: CurationChange): number[] {
    const { run } = this;
    if (!run) return [];
    if (this.loads.isBusy()) this.changesWhileLoading.push(change);
    const rows = run.curation.apply(change);
    if (this.state.filter.decisions.length > 0) this.refreshView();
    return rows;
  }

  /**
   * An action on what was decided. Where it fails, the disk is asked what holds now: the action may be there, and only
   * its answer lost.
   */
  private async change(action: () => Promise<void>): Promise<boolean> {
    const isDone = await this.attempt(action);
    if (!isDone) void this.reload();
    return isDone;
  }

  private async attempt(action: () => Promise<void>): Promise<boolean> {
    const { problem } = this;
    try {
      await action();
      // What went wrong with another one meanwhile is still to be read.
      if (this.problem === problem) this.problem = undefined;
      return true;
    } catch (error) {
      this.problem = toWireError(error);
      return false;
    } finally {
      this.changed();
    }
  }

  private async loadOnce(): Promise<void> {
    this.changesWhileLoading = [];
    if (this.load.kind === 'failed') this.load = { kind: 'loading' };
    this.changed();
    try {
      this.show(await this.host.request('gallery/load', null));
    } catch (error) {
      // Why the disk was asked goes before that it did not answer.
      if (this.run) this.problem ??= toWireError(error);
      else this.load = { kind: 'failed', error: toWireError(error) };
    }
    this.changed();
  }

  private show(snapshot: GallerySnapshot): void {
    const { run: old, question, selection } = this;
    const { folder } = snapshot.run;
    if (this.state.run !== undefined && this.state.run !== folder)
      this.state = forAnotherRun(this.state, folder);
    const before = this.rememberedState();
    const anchor = selection.anchor === undefined ? undefined : old?.table.ids[selection.anchor];
    // What was selected, and not the samples that are new, also where it was everything.
    const selected = old ? Array.from(selection.rows, (row) => old.table.ids[row]) : before.selection;
    const run = loadedRun(snapshot, this.changesWhileLoading);
    this.takeNotices(() => {
      this.load = { kind: 'loaded', run };
      // The snapshot has all that was announced until it was made.
      this.laterNotices = [];
    });
    const scores = snapshot.kind === 'scores' ? snapshot.scores.folder : undefined;
    this.state = { ...before, dismissedNotices: this.state.dismissedNotices, run: folder, scores };
    this.selection = NO_SELECTION;
    this.refreshView();
    this.selection = recallSelection({ ...before, anchor, selection: selected }, run.rowOfId, this.view);
    if (question && old && this.isStillAsked(question, old)) this.question = question;
  }

  /** Whether the rows of a question are still the same samples, and all of them shown. */
  private isStillAsked({ rows }: Question, { table }: LoadedRun): boolean {
    const shown = new Set(this.view);
    return rows.every((row) => shown.has(row) && this.run?.table.ids[row] === table.ids[row]);
  }

  private get allNotices(): readonly Notice[] {
    return [...(this.run?.snapshot.notices ?? []), ...this.laterNotices];
  }

  /** What was put away and is over is told when it happens again. */
  private takeNotices(take: () => void): void {
    const before = this.allNotices;
    take();
    const now = this.allNotices;
    const dismissedNotices = stillDismissed(this.state.dismissedNotices, before, now);
    this.state = { ...this.state, dismissedNotices };
  }

  private refreshView(): void {
    const { run, state, view } = this;
    if (!run) return;
    const { table, curation } = run;
    this.view = viewSamples(table, curation.codes, state.filter, state.sort);
    this.viewNotices = testNotices(table, this.view);
    const rows = filterRows(table, curation.codes, { ...state.filter, miRange: undefined });
    this.histogram = computeHistogram(table.mi, rows, HISTOGRAM_BINS);
    this.selection = restrict(this.selection, view, this.view);
    this.question = undefined;
  }

  /** The state with the selection in ids, which outlive the table. */
  private rememberedState(): ViewState {
    const { run, selection, view } = this;
    if (!run) return this.state;
    return { ...this.state, ...rememberSelection(selection, run.table.ids, view) };
  }

  private changed(): void {
    if (this.run) {
      this.state = this.rememberedState();
      this.persist(this.state);
    }
    for (const listener of this.listeners) listener();
  }
}

/** `sample 000012`, which a screen reader tells from the one before, or how many. */
function nameSamples(ids: readonly string[]): string {
  return ids.length === 1 ? `sample ${ids[0]}` : formatSamples(ids.length);
}
