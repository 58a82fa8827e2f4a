import type { ConfusionCell, Report, ReportRow } from '../../src/protocol/report.ts';
import type { ReportApi, ReportProgress, ShownReport } from '../../src/protocol/reportApi.ts';
import { failed, failureOf, ready, WAITING, type Failure, type Loadable } from '../shared/loadable.ts';
import type { ByteImage } from '../shared/maps/planarImage.ts';
import { ConfusedPictures } from './confusedPictures.ts';
import type { ReportPeer } from './reportPeer.ts';
import type { ConfusionPlace, ReportState } from './reportState.ts';

export interface ReportModelOptions {
  readonly onChange: () => void;
  /** Keeps the page's own state. */
  readonly store: (state: ReportState) => void;
}

/** The cell of a confusion matrix whose images are shown. */
export interface SelectedCell {
  readonly place: ConfusionPlace;
  readonly row: ReportRow;
  readonly confused: ConfusionCell;
  readonly truthName: string;
  readonly predictedName: string;
}

/** What the report's page shows: the report as it stands, how far the experiment is, and the images behind one cell. */
export class ReportModel {
  private readonly peer: Pick<ReportPeer, 'request'>;
  private readonly options: ReportModelOptions;
  private readonly pictures: ConfusedPictures;
  private current: ReportState;
  private loaded: Loadable<ShownReport> = WAITING;
  private lastProgress: ReportProgress | null = null;
  private lastProblem: Failure | undefined;
  private isLoading = false;
  private isStale = false;

  constructor(peer: Pick<ReportPeer, 'request'>, state: ReportState, options: ReportModelOptions) {
    this.peer = peer;
    this.current = state;
    this.options = options;
    this.pictures = new ConfusedPictures(
      (dataset, indices, signal) => peer.request('report/images', { dataset, indices }, { signal }),
      options.onChange,
    );
  }

  get state(): ReportState {
    return this.current;
  }

  get load(): Loadable<ShownReport> {
    return this.loaded;
  }

  get report(): Report | undefined {
    return this.loaded.status === 'ready' ? this.loaded.value.report : undefined;
  }

  get progress(): ReportProgress | null {
    return this.lastProgress;
  }

  /** What went wrong with what the person asked for last. */
  get problem(): Failure | undefined {
    return this.lastProblem;
  }

  /** Cells that are finished, of how many. */
  get cells(): { readonly finished: number; readonly total: number } {
    const all = this.report?.rows.flatMap(({ cells }) => cells) ?? [];
    return { finished: all.filter(({ status }) => status === 'finished').length, total: all.length };
  }

  /** Whether there is something to go on with, and it may be. */
  get canContinue(): boolean {
    if (this.loaded.status !== 'ready' || this.lastProgress) return false;
    const { finished, total } = this.cells;
    return this.loaded.value.mayRun && finished < total;
  }

  /** Reads the report; what was read before stays until the new one is there. Asked for meanwhile, it is read once more. */
  async start(): Promise<void> {
    if (this.isLoading) {
      this.isStale = true;
      return;
    }
    this.isLoading = true;
    try {
      this.loaded = ready(await this.peer.request('report/load', null));
      this.options.store(this.current);
      this.showImages();
    } catch (error) {
      // An older report is better than none.
      if (this.loaded.status === 'ready') this.lastProblem = failureOf(error);
      else this.loaded = failed(error);
    }
    this.isLoading = false;
    this.options.onChange();
    if (!this.isStale) return;
    this.isStale = false;
    await this.start();
  }

  told(progress: ReportProgress | null): void {
    this.lastProgress = progress;
    this.options.onChange();
  }

  scrolled(scrollTop: number): void {
    this.current = { ...this.current, scrollTop };
    this.options.store(this.current);
  }

  /** Shows the images behind a cell of a confusion matrix; none when undefined. */
  select(selection: ConfusionPlace | undefined): void {
    this.current = { ...this.current, selection };
    this.options.store(this.current);
    this.showImages();
    this.options.onChange();
  }

  /** Undefined where nothing is selected, or there is no such cell. */
  get selected(): SelectedCell | undefined {
    const place = this.current.selection;
    const { report } = this;
    if (!place || !report) return undefined;
    const row = report.rows.at(place.row);
    if (!row) return undefined;
    const { truth, predicted } = place;
    const classNames = report.datasets.find(({ name }) => name === row.dataset)?.classNames ?? [];
    const [truthName, predictedName] = [classNames.at(truth), classNames.at(predicted)];
    if (truthName === undefined || predictedName === undefined) return undefined;
    const found = row.confusion.find((cell) => cell.truth === truth && cell.predicted === predicted);
    const confused = found ?? { truth, predicted, count: 0, images: [] };
    return { place, row, confused, truthName, predictedName };
  }

  picture(dataset: string, index: number): Loadable<ByteImage | null> {
    return this.pictures.get(dataset, index);
  }

  retryImages(): void {
    this.showImages();
    this.options.onChange();
  }

  openImage({ row }: SelectedCell, index: number): void {
    const cell = row.cells.find(({ status }) => status === 'finished');
    if (cell) this.ask('report/openImage', { dataset: row.dataset, index, cell: cell.id });
  }

  openRun(cell: string): void {
    this.ask('report/openRun', { cell });
  }

  save(format: ReportApi['report/save']['params']['format']): void {
    this.ask('report/save', { format });
  }

  goOn(): void {
    this.ask('report/continue', null);
  }

  stop(): void {
    this.ask('report/stop', null);
  }

  private ask<M extends keyof ReportApi>(method: M, params: ReportApi[M]['params']): void {
    this.lastProblem = undefined;
    this.peer.request(method, params).catch((error: unknown) => {
      this.lastProblem = failureOf(error);
      this.options.onChange();
    });
  }

  private showImages(): void {
    const { selected } = this;
    if (!selected) return;
    const { row, confused } = selected;
    void this.pictures.show(
      row.dataset,
      confused.images.map(({ index }) => index),
    );
  }
}
