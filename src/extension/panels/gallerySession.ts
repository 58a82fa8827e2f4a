import type { ComputeApi } from '../../protocol/computeApi.ts';
import type { NoApi } from '../../protocol/envelope.ts';
import { describeError, TsyndError } from '../../protocol/errors.ts';
import type { MapBatch } from '../../protocol/explanations.ts';
import type {
  GalleryApi,
  GalleryCommand,
  GalleryEvents,
  GallerySnapshot,
  SamplesSnapshot,
  ScoresSnapshot,
} from '../../protocol/galleryApi.ts';
import type { ImageBatch } from '../../protocol/imageData.ts';
import type { LibraryApi } from '../../protocol/libraryApi.ts';
import { RpcPeer, type Handlers, type Transport } from '../../protocol/rpcPeer.ts';
import type { Notice, RunSummary } from '../../protocol/runSummary.ts';
import type { CurationChange, SampleDetails } from '../../protocol/sampleTable.ts';
import type { ScoreDetails } from '../../protocol/scoreTable.ts';
import { throttleValues, type ThrottledValues } from '../../protocol/throttleValues.ts';
import type { ProcessClient, ProcessStatus } from '../processes/processClient.ts';
import { CurationHold } from './curationHold.ts';
import { imageRefOf, sampleImage, type GallerySubject } from './galleryImages.ts';
import { checked, galleryParams } from './pageParams.ts';

/** What a gallery may do in the editor around it. */
export interface GalleryEditor {
  readonly compute: ProcessClient<ComputeApi>;
  /** False in an untrusted workspace, whose models are not loaded. */
  readonly canExplain: boolean;
  openSource(details: SampleDetails): Promise<void>;
  openSynthetic(details: SampleDetails): Promise<void>;
  openScored(details: ScoreDetails): Promise<void>;
  exportRun(): void;
  resumeRun(): void;
  setTextFocus(hasFocus: boolean): void;
  /** What the store of runs knows beyond the disk: a run that this window trains is not elsewhere. */
  asSeenHere(summary: RunSummary): RunSummary;
  /** The page shows this now. */
  loaded(snapshot: GallerySnapshot): void;
}

/** While a run makes samples, its page reads them again this often. */
const CHANGE_INTERVAL_MS = 1000;

const CLOSED = new TsyndError('cancelled', 'The gallery was closed.');

/**
 * The editor's end of one gallery: answers the page about one run, or about scores that a run's classifier gave. Of a
 * run it holds the right to decide about its samples for as long as it lives. The page comes and goes as it is hidden
 * and shown; the session stays.
 */
export class GallerySession {
  readonly subject: GallerySubject;
  private readonly library: ProcessClient<LibraryApi>;
  private readonly editor: GalleryEditor;
  private readonly peer: RpcPeer<GalleryApi, NoApi, GalleryEvents>;
  private readonly changed: ThrottledValues<null>;
  private readonly curation: CurationHold;
  private readonly life = new AbortController();
  private readonly stopListening: () => void;
  /** Whether the library process was given up, so that what the page asked for since has failed. */
  private isLibraryOff = false;
  /** Whether the compute process was given up, so that maps that the page asked for since have failed. */
  private isComputeOff = false;
  private isDatasetChecked = false;
  private datasetNotices: readonly Notice[] = [];
  private processNotices: readonly Notice[] = [];
  private lastState: string | undefined;

  constructor(
    subject: GallerySubject,
    library: ProcessClient<LibraryApi>,
    editor: GalleryEditor,
    transport: Transport,
    onHandlerError?: (method: string, error: unknown) => void,
  ) {
    this.subject = subject;
    this.library = library;
    this.curation = new CurationHold(library, subject.run);
    this.editor = editor;
    this.peer = new RpcPeer(transport, checked(this.handlers(), galleryParams), {
      ...(onHandlerError && { onHandlerError }),
    });
    this.changed = throttleValues(CHANGE_INTERVAL_MS, (nothing: null) =>
      this.peer.emit('gallery/changed', nothing),
    );
    const listeners = [
      library.onStatusChanged((status) => this.libraryChanged(status)),
      editor.compute.onStatusChanged((status) => this.computeChanged(status)),
    ];
    this.stopListening = () => listeners.forEach((stop) => stop());
  }

  private get run(): string {
    return this.subject.run;
  }

  command(command: GalleryCommand): void {
    this.peer.emit('gallery/command', command);
  }

  /**
   * Tells the page when the run is not what it was; `state` is anything that changes with what the page shows, and
   * absent while the run is not known. The first state says what there is.
   */
  runChanged(state: string | undefined): void {
    const isNews = this.lastState !== undefined && this.lastState !== state;
    this.lastState = state;
    if (isNews) this.changed.report(null);
  }

  /** Tells the page to load again, because what may be done is another. */
  refresh(): void {
    this.changed.report(null);
  }

  async openSource(id: string, signal?: AbortSignal): Promise<void> {
    if (this.subject.kind === 'scores') await this.editor.openScored(await this.scoredImage(id, signal));
    else await this.editor.openSource(await this.details(id, signal));
  }

  async openSynthetic(id: string, signal?: AbortSignal): Promise<void> {
    await this.editor.openSynthetic(await this.details(id, signal));
  }

  /** Ends all requests and gives the right to decide back. */
  dispose(): void {
    this.stopListening();
    this.life.abort();
    this.peer.close(CLOSED);
    this.changed.stop();
    this.curation.release();
  }

  private handlers(): Handlers<GalleryApi> {
    const { run, library } = this;
    return {
      'gallery/load': (_params, { signal }) => this.load(signal),
      'gallery/images': (params, { signal }) => this.images(params, signal),
      'gallery/maps': ({ ids, of, request }, { signal }) => this.maps({ ids, of, request }, signal),
      'gallery/sample': ({ id }, { signal }) => this.details(id, signal),
      'gallery/scoredImage': ({ id }, { signal }) => this.scoredImage(id, signal),
      'gallery/decide': (params) => this.decide(() => library.request('curation/decide', { run, ...params })),
      'gallery/undo': () => this.decide(() => library.request('curation/undo', { run })),
      'gallery/redo': () => this.decide(() => library.request('curation/redo', { run })),
      'gallery/openSource': async ({ id }, { signal }) => {
        await this.openSource(id, signal);
        return null;
      },
      'gallery/openSynthetic': async ({ id }, { signal }) => {
        await this.openSynthetic(id, signal);
        return null;
      },
      'gallery/export': () => {
        this.editor.exportRun();
        return null;
      },
      'gallery/textFocus': ({ hasFocus }) => {
        this.editor.setTextFocus(hasFocus);
        return null;
      },
      'gallery/resume': () => {
        this.editor.resumeRun();
        return null;
      },
    };
  }

  private async load(signal: AbortSignal): Promise<GallerySnapshot> {
    const snapshot =
      this.subject.kind === 'scores' ? await this.loadScores(signal) : await this.loadSamples(signal);
    if (this.life.signal.aborted) throw CLOSED;
    this.editor.loaded(snapshot);
    if (snapshot.kind === 'samples') void this.checkDataset();
    return snapshot;
  }

  private async loadScores(signal: AbortSignal): Promise<ScoresSnapshot> {
    const { run, library } = this;
    const folder = this.scoresFolder();
    const read = library.request('scores/read', { folder }, { signal });
    read.catch(() => undefined);
    const summary = this.editor.asSeenHere(await library.request('run/summary', { run }, { signal }));
    const { summary: scores, table, notices } = await read;
    this.processNotices = [];
    return { kind: 'scores', run: summary, scores, table, notices: [...notices, ...this.laterNotices] };
  }

  private async loadSamples(signal: AbortSignal): Promise<SamplesSnapshot> {
    const { run, library } = this;
    const read = Promise.all([library.request('run/samples', { run }, { signal }), this.curation.open()]);
    // Of a run that cannot be read, the summary's reason is the one to tell.
    read.catch(() => undefined);
    const summary = this.editor.asSeenHere(await library.request('run/summary', { run }, { signal }));
    if (summary.status === 'unreadable') {
      throw new TsyndError('run/corrupt', summary.problem ?? `The run in ${run} cannot be read.`);
    }
    const [{ table, notices }, curation] = await read;
    this.processNotices = [];
    return {
      kind: 'samples',
      run: summary,
      table,
      curation: { decisions: curation.decisions, canUndo: curation.canUndo, canRedo: curation.canRedo },
      ...(curation.heldBy !== undefined && { heldBy: curation.heldBy }),
      notices: [...notices, ...curation.notices, ...this.laterNotices],
    };
  }

  private images(
    { ids, of }: GalleryApi['gallery/images']['params'],
    signal: AbortSignal,
  ): Promise<ImageBatch> {
    const { subject, library } = this;
    if (subject.kind === 'samples') {
      const { run } = subject;
      return library.request('run/images', { run, ids, layer: sampleImage(of) }, { signal });
    }
    return library.request('scores/images', { folder: subject.folder, ids }, { signal });
  }

  /** Throws TsyndError 'process/protocol' in a gallery of scores. */
  private async decide(action: () => Promise<CurationChange>): Promise<CurationChange> {
    if (this.subject.kind === 'scores') {
      throw new TsyndError('process/protocol', 'Nothing is decided about real images.');
    }
    await this.curation.ensure();
    const change = await action();
    if (this.processNotices.length > 0) {
      this.processNotices = [];
      this.announceNotices();
    }
    return change;
  }

  private maps(
    { ids, of, request }: GalleryApi['gallery/maps']['params'],
    signal: AbortSignal,
  ): Promise<MapBatch> {
    if (!this.editor.canExplain) {
      throw new TsyndError('process/unavailable', 'Maps are off in Restricted Mode.', {
        remedy: 'Trust this workspace to load its models.',
      });
    }
    const images = ids.map((id) => imageRefOf(this.subject, of, id));
    return this.editor.compute.request('explain/maps', { run: this.run, images, request }, { signal });
  }

  private details(id: string, signal?: AbortSignal): Promise<SampleDetails> {
    return this.library.request('run/sample', { run: this.run, id }, { signal });
  }

  private scoredImage(id: string, signal?: AbortSignal): Promise<ScoreDetails> {
    return this.library.request('scores/image', { folder: this.scoresFolder(), id }, { signal });
  }

  /** Throws TsyndError 'process/protocol' in a gallery of samples. */
  private scoresFolder(): string {
    if (this.subject.kind === 'scores') return this.subject.folder;
    throw new TsyndError('process/protocol', 'This gallery shows samples, and no scores.');
  }

  /** Once a panel; it reads the whole dataset, so nothing waits for it. */
  private async checkDataset(): Promise<void> {
    if (this.isDatasetChecked) return;
    this.isDatasetChecked = true;
    try {
      const { signal } = this.life;
      this.datasetNotices = await this.library.request('run/checkDataset', { run: this.run }, { signal });
    } catch (error) {
      if (this.life.signal.aborted) return;
      if (error instanceof TsyndError && error.fault === 'program') {
        this.isDatasetChecked = false;
        return;
      }
      const message = `The dataset of this run could not be checked. ${describeError(error)}`;
      this.datasetNotices = [{ severity: 'warning', message }];
    }
    if (this.datasetNotices.length > 0) this.announceNotices();
  }

  private libraryChanged(status: ProcessStatus): void {
    if (status.health === 'starting') return;
    if (status.health === 'ready') {
      if (this.isLibraryOff) this.libraryIsBack();
      return;
    }
    this.curation.lost();
    if (status.health === 'idle') return;
    this.isLibraryOff = status.health === 'failed';
    const whatNext =
      status.health === 'crashed'
        ? 'It starts again with your next action.'
        : "Run 'TSynD: Restart Processes' to start it again.";
    const safe = this.subject.kind === 'samples' ? ' All decisions made so far are on the disk.' : '';
    this.processNotices = [{ severity: 'warning', message: `${status.message} ${whatNext}${safe}` }];
    this.announceNotices();
  }

  /** Crashes are told where maps are missing; a page that has given up asking learns of the end of that. */
  private computeChanged({ health }: ProcessStatus): void {
    if (health === 'failed') this.isComputeOff = true;
    if (health !== 'ready' || !this.isComputeOff) return;
    this.isComputeOff = false;
    this.changed.report(null);
  }

  /** A person has started it again: the page gets what it has missed. */
  private libraryIsBack(): void {
    this.isLibraryOff = false;
    this.processNotices = [];
    this.announceNotices();
    this.changed.report(null);
  }

  private get laterNotices(): readonly Notice[] {
    return [...this.processNotices, ...this.datasetNotices];
  }

  /** All that came after the page was loaded, so that it can put them in place of what it was told before. */
  private announceNotices(): void {
    this.peer.emit('gallery/notices', this.laterNotices);
  }
}
