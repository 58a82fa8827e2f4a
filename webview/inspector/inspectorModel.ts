import type { NoApi } from '../../src/protocol/envelope.ts';
import type { Prediction } from '../../src/protocol/computeApi.ts';
import type { ImagePixels } from '../../src/protocol/imageData.ts';
import type { InspectedImage, InspectorApi, InspectorEvents } from '../../src/protocol/inspectorApi.ts';
import type { ImageDescription } from '../../src/protocol/libraryApi.ts';
import type { RpcPeer } from '../../src/protocol/rpcPeer.ts';
import type { MapRequest } from '../../src/protocol/explanations.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';
import { Explanations, type Explanation, type Wanted } from './explanations.ts';
import { failureOf, settle, SLOW_MS, WAITING, type Failure, type Later, type Loadable } from './loadable.ts';
import { chooseRuns, type RunChoice, type RunWishes } from './runChoice.ts';

/** The page's end of the pipe to the editor. */
export type InspectorPeer = RpcPeer<NoApi, InspectorApi, object, InspectorEvents>;

/** Why no model is asked at all. */
export type NoPrediction =
  /** The workspace is not trusted. */
  | 'untrusted'
  /** No run is finished. */
  | 'noRuns'
  /** The image could not be read, which is said in its place. */
  | 'noImage'
  /** What the runs know of it could not be read, which is said there. */
  | 'noDescription';

/** Everything about one image, and about that image only. */
export interface ImageState {
  readonly kind: 'image';
  readonly inspected: InspectedImage;
  readonly pixels: Loadable<ImagePixels>;
  readonly description: Loadable<ImageDescription>;
  /** Whose classifier is asked. */
  readonly run: RunSummary | undefined;
  readonly prediction: Loadable<Prediction> | { readonly status: 'none'; readonly reason: NoPrediction };
  /** Whose maps stand beside those of `run`. */
  readonly against: RunSummary | undefined;
  /** What the maps of `run`, then of `against`, say of it; absent where no map is wished for. */
  readonly maps?: Maps | undefined;
}

export type Maps =
  | { readonly status: 'none'; readonly reason: NoPrediction }
  | { readonly status: 'asked'; readonly runs: readonly ExplainedRun[] };

export interface ExplainedRun {
  readonly run: RunSummary;
  readonly explanation: Loadable<Explanation>;
}

export type InspectorState =
  | ImageState
  | { readonly kind: 'starting' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** No image is active in the editor. */
  | { readonly kind: 'none' };

export interface InspectorModelOptions {
  /** Called whenever `state` is another one. */
  readonly onChange: () => void;
  /** The run that was chosen when the page was last there. */
  readonly run?: string | undefined;
  /** Calls back once after that many ms, unless the returned function is called before. */
  readonly later?: Later;
}

/** How long the last image stays while the next one is read, so that flicking through images does not flicker. */
export const HOLD_MS = 150;

/** One image being shown or about to be. */
interface Task {
  readonly abort: AbortController;
  readonly explanations: Explanations;
  /** Without `maps`, which follow from `explanations`. */
  state: ImageState;
  /** Whether the prediction has been asked for, or will not be. */
  isPredictionAsked: boolean;
  isShown: boolean;
}

/**
 * What the inspector shows: it follows the editor from image to image, forgets what is still under way for the one
 * before, and changes picture and numbers together, so that no number and no map ever stands beside another image's
 * picture.
 */
export class InspectorModel {
  private readonly peer: Pick<InspectorPeer, 'request'>;
  private readonly onChange: () => void;
  private readonly later: Later;
  private shown: InspectorState = { kind: 'starting' };
  private task: Task | undefined;
  private asking: AbortController | undefined;
  private wishes: RunWishes;
  /** Of the last image of which they were known: mostly the next one's as well. */
  private lastRuns: RunChoice | undefined;
  /** What is asked of each image beside its prediction. */
  private mapRequest: MapRequest | undefined;
  /** Counts what the editor said, so that a late answer is known for one. */
  private turn = 0;

  constructor(
    peer: Pick<InspectorPeer, 'request'>,
    { onChange, run, later = laterOnPage }: InspectorModelOptions,
  ) {
    this.peer = peer;
    this.onChange = onChange;
    this.later = later;
    this.wishes = { restored: run };
  }

  get state(): InspectorState {
    return this.shown;
  }

  /** The run that a person chose on this page, now or before. */
  get preferredRun(): string | undefined {
    return this.wishes.run ?? this.wishes.restored;
  }

  /** Asks for the image that is active now. */
  async start(): Promise<void> {
    const turn = ++this.turn;
    try {
      const inspected = await this.peer.request('inspector/load', null);
      if (turn === this.turn) this.follow(inspected);
    } catch (error) {
      if (turn === this.turn) this.publish({ kind: 'failed', failure: failureOf(error) });
    }
  }

  /** Shows another image, or the same one as it is now; null for none. */
  follow(inspected: InspectedImage | null): void {
    this.turn++;
    this.task?.abort.abort();
    this.task?.explanations.stop();
    this.stopAsking();
    if (!inspected) {
      this.task = undefined;
      this.publish({ kind: 'none' });
      return;
    }
    const task: Task = {
      abort: new AbortController(),
      explanations: new Explanations(this.peer, inspected.image, () => this.explained(task), this.later),
      state: {
        kind: 'image',
        inspected,
        pixels: WAITING,
        description: WAITING,
        run: undefined,
        prediction: WAITING,
        against: undefined,
      },
      isPredictionAsked: false,
      isShown: false,
    };
    this.task = task;
    this.later(HOLD_MS, () => this.show(task));
    this.askForMaps(task);
    void this.read(task);
  }

  /** Reads the image and all about it again. */
  retry(): void {
    if (this.shown.kind === 'image') this.follow(this.shown.inspected);
    else void this.start();
  }

  /** Asks for the prediction again. */
  retryPrediction(): void {
    if (this.task) void this.predict(this.task);
  }

  /** Asks for the maps again that could not be had. */
  retryMaps(): void {
    this.task?.explanations.forgetFailures();
    this.refresh();
  }

  /** Asks another run's classifier, from now on. */
  chooseRun(run: string): void {
    this.wishes = { ...this.wishes, run };
    // Where it is not remembered, the choice still holds on this page.
    this.peer.request('inspector/chooseRun', { run }).catch(() => undefined);
    if (this.task) void this.predict(this.task);
  }

  /** Shows the maps of another run beside those of the first, from now on; null for none. */
  compareWith(run: string | null): void {
    this.wishes = { ...this.wishes, against: run };
    this.peer.request('inspector/compareWith', { run }).catch(() => undefined);
    this.refresh();
  }

  /** Has each image explained like this, from now on; undefined for no maps. */
  explain(request: MapRequest | undefined): void {
    this.mapRequest = request;
    this.refresh();
  }

  private async read(task: Task): Promise<void> {
    const { image } = task.state.inspected;
    const { signal } = task.abort;
    await Promise.all([
      settle(this.peer.request('inspector/pixels', { image }, { signal }), (pixels) => {
        this.update(task, { pixels });
        this.showWhole(task);
      }),
      settle(this.peer.request('inspector/describe', { image }, { signal }), (description) => {
        this.update(task, { description, ...this.runsFor({ ...task.state, description }) });
        this.askForMaps(task);
      }),
    ]);
    if (task === this.task) await this.predict(task);
  }

  private async predict(task: Task): Promise<void> {
    this.stopAsking();
    task.isPredictionAsked = false;
    const { inspected, pixels, description } = task.state;
    const runs = this.runsFor(task.state);
    if (pixels.status === 'waiting' || description.status === 'waiting') {
      // What reads them asks again when it has both.
      this.update(task, runs);
      this.askForMaps(task);
      return;
    }
    const reason = noModelFor({ ...task.state, ...runs });
    if (reason || !runs.run) {
      this.update(task, { ...runs, prediction: { status: 'none', reason: reason ?? 'noRuns' } });
      this.letMapsFollow(task);
      return;
    }

    const asking = new AbortController();
    this.asking = asking;
    this.update(task, { ...runs, prediction: WAITING });
    const stopWaiting = this.later(SLOW_MS, () => {
      if (asking === this.asking) this.update(task, { prediction: { status: 'waiting', isSlow: true } });
    });
    this.askForMaps(task);
    const params = { image: inspected.image, run: runs.run.folder };
    const predicted = this.peer.request('inspector/predict', params, { signal: asking.signal });
    this.letMapsFollow(task);
    await settle(predicted, (prediction) => {
      stopWaiting();
      if (asking === this.asking) this.update(task, { prediction });
    });
  }

  private letMapsFollow(task: Task): void {
    task.isPredictionAsked = true;
    this.askForMaps(task);
  }

  private stopAsking(): void {
    this.asking?.abort();
    this.asking = undefined;
  }

  /** After a choice of a person: what is there already is shown at once. */
  private refresh(): void {
    const { task } = this;
    if (!task) return;
    this.update(task, this.runsFor(task.state));
    this.askForMaps(task);
    if (task.isShown) this.publish(this.complete(task));
  }

  /** Both runs, of those that go with the image. */
  private runsFor({ inspected, description }: ImageState): RunChoice {
    if (description.status !== 'ready') return { run: undefined, against: undefined };
    return chooseRuns(description.value.runs, this.wishes, inspected);
  }

  /**
   * A saliency map is a matter of milliseconds: it is asked for before anything else is known, of the last image's runs,
   * and counts if they turn out to be this one's. A search takes longer, and lets the prediction go first.
   */
  private askForMaps(task: Task): void {
    const { mapRequest } = this;
    if (task !== this.task) return;
    if (task.state.description.status === 'ready') this.lastRuns = this.runsFor(task.state);
    const isSlow = mapRequest?.kind === 'adversarial';
    const isTooEarly = isSlow && !task.isPredictionAsked;
    const runs = this.explainableRuns(task.state);
    task.explanations.want(
      mapRequest && !isTooEarly ? runs.map(({ folder }) => ({ run: folder, request: mapRequest })) : [],
    );
  }

  private explainableRuns(state: ImageState): readonly RunSummary[] {
    if (noModelFor(state)) return [];
    const { run, against } =
      state.description.status === 'waiting' ? (this.lastRuns ?? state) : this.runsFor(state);
    return [run, against].filter((one) => one !== undefined);
  }

  /** An explanation has come, or is slow to come. */
  private explained(task: Task): void {
    if (task !== this.task) return;
    if (task.isShown) this.publish(this.complete(task));
    else this.showWhole(task);
  }

  private complete(task: Task): ImageState {
    const { state, explanations } = task;
    const { mapRequest } = this;
    if (!mapRequest) return state;
    const reason = noModelFor(state);
    const runs = this.explainableRuns(state);
    if (reason ?? (state.description.status === 'ready' && runs.length === 0)) {
      return { ...state, maps: { status: 'none', reason: reason ?? 'noRuns' } };
    }
    const explained = runs.map((run) => {
      const wanted: Wanted = { run: run.folder, request: mapRequest };
      return { run, explanation: explanations.get(wanted) ?? WAITING };
    });
    return { ...state, maps: { status: 'asked', runs: explained } };
  }

  private update(task: Task, change: Partial<ImageState>): void {
    if (task !== this.task) return;
    task.state = { ...task.state, ...change };
    if (task.isShown) this.publish(this.complete(task));
  }

  /** Shows an image once its picture and its maps are there. */
  private showWhole(task: Task): void {
    const { maps, pixels } = this.complete(task);
    if (pixels.status === 'waiting') return;
    const isWaiting =
      maps?.status === 'asked' && maps.runs.some(({ explanation }) => explanation.status === 'waiting');
    if (!isWaiting) this.show(task);
  }

  private show(task: Task): void {
    if (task !== this.task || task.isShown) return;
    task.isShown = true;
    this.publish(this.complete(task));
  }

  private publish(state: InspectorState): void {
    this.shown = state;
    this.onChange();
  }
}

/** Why no model is asked about an image, as far as that is known. */
function noModelFor({ inspected, pixels, description }: ImageState): NoPrediction | undefined {
  if (!inspected.canPredict) return 'untrusted';
  if (pixels.status === 'failed') return 'noImage';
  if (description.status === 'failed') return 'noDescription';
  return undefined;
}

function laterOnPage(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}
