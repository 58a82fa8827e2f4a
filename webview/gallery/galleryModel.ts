import type { GalleryApi, GalleryEvents, GallerySnapshot } from '../../src/protocol/galleryApi.ts';
import { toWireError } from '../../src/protocol/wireError.ts';
import type { WireError } from '../../src/protocol/envelope.ts';
import type { RpcPeer } from '../../src/protocol/rpcPeer.ts';
import type { Notice } from '../../src/protocol/runSummary.ts';
import type { CurationChange, Decision, SampleTable } from '../../src/protocol/sampleTable.ts';
import { CurationColumn } from './curationColumn.ts';
import { formatSamples } from './formatting.ts';
import { computeHistogram, type Histogram } from './histogram.ts';
import { filterRows, viewSamples, type SampleFilter } from './sampleView.ts';
import { NO_SELECTION, positionOf, restrict, select, targetRows, type Selection } from './selection.ts';
import { forAnotherRun, type ViewState } from './viewState.ts';

/** The editor, as the page sees it. */
export type GalleryHost = Pick<RpcPeer<object, GalleryApi, object, GalleryEvents>, 'request' | 'on'>;

/** A run whose samples are here. */
export interface LoadedRun {
  readonly snapshot: GallerySnapshot;
  readonly table: SampleTable;
  readonly rowOfId: ReadonlyMap<string, number>;
  readonly curation: CurationColumn;
}

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
  /** Counts of MI after, of what the other filters leave. */
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
  private checkNotices: readonly Notice[] = [];
  private loads = 0;

  /** `state` is what `persist` was last given, from before the page was destroyed. */
  constructor(host: GalleryHost, state: ViewState, persist: (state: ViewState) => void) {
    this.host = host;
    this.state = state;
    this.persist = persist;
    host.on('gallery/changed', () => void this.reload());
    host.on('gallery/notices', (notices) => {
      this.checkNotices = notices;
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

  get canDecide(): boolean {
    return this.run !== undefined && this.run.snapshot.heldBy === undefined;
  }

  /** What was not dismissed, each once. */
  get notices(): readonly Notice[] {
    const all = [...(this.run?.snapshot.notices ?? []), ...this.checkNotices];
    return all.filter(
      ({ message }, index) =>
        !this.state.dismissedNotices.includes(message) &&
        all.findIndex((other) => other.message === message) === index,
    );
  }

  /** Loads everything, first or anew; what is on the screen stays there until the new is here. */
  async reload(): Promise<void> {
    const load = ++this.loads;
    if (this.load.kind === 'failed') this.load = { kind: 'loading' };
    this.changed();
    try {
      const snapshot = await this.host.request('gallery/load', null);
      if (load === this.loads) this.show(snapshot);
    } catch (error) {
      if (load !== this.loads) return;
      if (this.run) this.problem = toWireError(error);
      else this.load = { kind: 'failed', error: toWireError(error) };
    }
    this.changed();
  }

  /** Changes how the samples are looked at. */
  update(change: Partial<Omit<ViewState, 'run' | 'selection' | 'cursor' | 'scroll'>>): void {
    this.state = { ...this.state, ...change };
    if (change.filter || change.sort) this.refreshView();
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

  /** Decides about the selection, or the cursor. After a single one the cursor goes on to the next. */
  async decide(decision: Decision | 'cleared'): Promise<void> {
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
      this.announce('Another window decides about this run.');
      return;
    }
    const { selection, view } = this;
    const isSingle = rows.length === 1 && decision !== 'cleared';
    if (isSingle) {
      // At once, so that the next key press is about the next sample even before this one is on the disk.
      const next = positionOf(view, rows[0]) + 1;
      if (next < view.length) this.setSelection(select(selection, view, view[next], 'single'));
    }
    const isDone = await this.attempt(async () => {
      const ids = rows.map((row) => run.table.ids[row]);
      this.apply(await this.host.request('gallery/decide', { ids, decision }));
      this.announce(`${DONE[decision]} ${formatSamples(rows.length)}.`);
    });
    if (!isDone && isSingle) this.setSelection(selection);
  }

  private async goBack(method: 'gallery/undo' | 'gallery/redo', done: string): Promise<void> {
    if (!this.canDecide) return;
    await this.attempt(async () => {
      const rows = this.apply(await this.host.request(method, null));
      const shown = new Set(this.view);
      const back = rows.filter((row) => shown.has(row));
      if (back.length > 0) this.selection = { cursor: back[0], anchor: back[0], rows: new Set(back) };
      this.announce(`${done}: ${formatSamples(rows.length)}.`);
    });
  }

  /** Returns the rows that were changed. */
  private apply(change: CurationChange): number[] {
    const { run } = this;
    if (!run) return [];
    const rows = run.curation.apply(change);
    if (this.state.filter.decisions.length > 0) this.refreshView();
    return rows;
  }

  private async attempt(action: () => Promise<void>): Promise<boolean> {
    try {
      await action();
      this.problem = undefined;
    } catch (error) {
      this.problem = toWireError(error);
    }
    this.changed();
    return this.problem === undefined;
  }

  private show(snapshot: GallerySnapshot): void {
    const { table, curation, run } = snapshot;
    const isFirst = this.run === undefined;
    if (this.state.run !== undefined && this.state.run !== run.folder) {
      this.state = forAnotherRun(this.state, run.folder);
    }
    const before = isFirst ? this.state : this.rememberedState();
    const rowOfId = new Map(table.ids.map((id, row) => [id, row]));
    this.load = {
      kind: 'loaded',
      run: { snapshot, table, rowOfId, curation: new CurationColumn(rowOfId, curation) },
    };
    this.state = { ...before, run: run.folder };
    this.selection = NO_SELECTION;
    this.refreshView();
    this.restoreSelection(before);
  }

  private restoreSelection({ selection, cursor }: ViewState): void {
    const { run, view } = this;
    if (!run) return;
    const ids = selection === 'all' ? [] : selection;
    const rows = selection === 'all' ? Array.from(view) : ids.flatMap((id) => run.rowOfId.get(id) ?? []);
    const at = cursor === undefined ? undefined : run.rowOfId.get(cursor);
    this.selection = restrict({ cursor: at, anchor: at, rows: new Set(rows) }, view, view);
  }

  private refreshView(): void {
    const { run, state, view } = this;
    if (!run) return;
    const { table, curation } = run;
    this.view = viewSamples(table, curation.codes, state.filter, state.sort);
    const rows = filterRows(table, curation.codes, { ...state.filter, miRange: undefined });
    this.histogram = computeHistogram(table.miAfter, rows, HISTOGRAM_BINS);
    this.selection = restrict(this.selection, view, this.view);
    this.question = undefined;
  }

  /** The state with the selection in ids, which outlive the table. */
  private rememberedState(): ViewState {
    const { run, selection, view } = this;
    if (!run) return this.state;
    const idOf = (row: number): string => run.table.ids[row];
    const isAll = view.length > 1 && selection.rows.size === view.length;
    return {
      ...this.state,
      selection: isAll ? 'all' : [...selection.rows].map(idOf),
      cursor: selection.cursor === undefined ? undefined : idOf(selection.cursor),
    };
  }

  private changed(): void {
    if (this.run) {
      this.state = this.rememberedState();
      this.persist(this.state);
    }
    for (const listener of this.listeners) listener();
  }
}
