import type { NoApi } from '../../src/protocol/envelope.ts';
import { TsyndError } from '../../src/protocol/errors.ts';
import type { Prediction } from '../../src/protocol/computeApi.ts';
import type { ImagePixels } from '../../src/protocol/imageData.ts';
import type { InspectedImage, InspectorApi, InspectorEvents } from '../../src/protocol/inspectorApi.ts';
import type { ImageDescription } from '../../src/protocol/libraryApi.ts';
import type { RpcPeer } from '../../src/protocol/rpcPeer.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';

/** The page's end of the pipe to the editor. */
export type InspectorPeer = RpcPeer<NoApi, InspectorApi, object, InspectorEvents>;

/** A failure in the words of whoever failed. */
export interface Failure {
  readonly message: string;
  readonly remedy?: string | undefined;
}

export type Loadable<T> =
  /** `isSlow` after a while, when a person wants to know why. */
  | { readonly status: 'waiting'; readonly isSlow: boolean }
  | { readonly status: 'ready'; readonly value: T }
  | { readonly status: 'failed'; readonly failure: Failure };

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
  readonly later?: (ms: number, callback: () => void) => () => void;
}

/** How long the last image stays while the next one is read, so that flicking through images does not flicker. */
export const HOLD_MS = 150;
/** When waiting for a prediction needs a word. */
export const SLOW_MS = 2000;

const WAITING = { status: 'waiting', isSlow: false } as const;

/** One image being shown or about to be. */
interface Task {
  readonly abort: AbortController;
  state: ImageState;
  isShown: boolean;
}

/**
 * What the inspector shows: it follows the editor from image to image, forgets what is still under way for the one
 * before, and changes picture and numbers together, so that no number ever stands beside another image's picture.
 */
export class InspectorModel {
  private readonly peer: Pick<InspectorPeer, 'request'>;
  private readonly onChange: () => void;
  private readonly later: (ms: number, callback: () => void) => () => void;
  private readonly restoredRun: string | undefined;
  private shown: InspectorState = { kind: 'starting' };
  private task: Task | undefined;
  private asking: AbortController | undefined;
  /** By a person, on this page; goes before what the editor remembers, whose word may be on its way. */
  private chosenRun: string | undefined;
  /** Counts what the editor said, so that a late answer is known for one. */
  private turn = 0;

  constructor(
    peer: Pick<InspectorPeer, 'request'>,
    { onChange, run, later = laterOnPage }: InspectorModelOptions,
  ) {
    this.peer = peer;
    this.onChange = onChange;
    this.later = later;
    this.restoredRun = run;
  }

  get state(): InspectorState {
    return this.shown;
  }

  /** The run that a person chose on this page, now or before. */
  get preferredRun(): string | undefined {
    return this.chosenRun ?? this.restoredRun;
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
    this.stopAsking();
    if (!inspected) {
      this.task = undefined;
      this.publish({ kind: 'none' });
      return;
    }
    const task: Task = {
      abort: new AbortController(),
      state: {
        kind: 'image',
        inspected,
        pixels: WAITING,
        description: WAITING,
        run: undefined,
        prediction: WAITING,
      },
      isShown: false,
    };
    this.task = task;
    this.later(HOLD_MS, () => this.show(task));
    void this.read(task);
  }

  /** Reads the image and all about it again. */
  retry(): void {
    if (this.shown.kind === 'image') this.follow(this.shown.inspected);
    else void this.start();
  }

  /** Asks for the prediction again. */
  retryPrediction(): void {
    if (this.task?.isShown) void this.predict(this.task);
  }

  /** Asks another run's classifier, from now on. */
  chooseRun(run: string): void {
    this.chosenRun = run;
    // Where it is not remembered, the choice still holds on this page.
    this.peer.request('inspector/chooseRun', { run }).catch(() => undefined);
    if (this.task?.isShown) void this.predict(this.task);
  }

  private async read(task: Task): Promise<void> {
    const { image } = task.state.inspected;
    const { signal } = task.abort;
    await Promise.all([
      settle(this.peer.request('inspector/pixels', { image }, { signal }), (pixels) => {
        this.update(task, { pixels });
        this.show(task);
      }),
      settle(this.peer.request('inspector/describe', { image }, { signal }), (description) => {
        this.update(task, { description, run: this.runFor({ ...task.state, description }) });
      }),
    ]);
    if (task === this.task) await this.predict(task);
  }

  private async predict(task: Task): Promise<void> {
    this.stopAsking();
    const { inspected, pixels, description } = task.state;
    const run = this.runFor(task.state);
    if (pixels.status === 'waiting' || description.status === 'waiting') {
      // What reads them asks again when it has both.
      this.update(task, { run });
      return;
    }
    let reason: NoPrediction | undefined;
    if (!inspected.canPredict) reason = 'untrusted';
    else if (pixels.status === 'failed') reason = 'noImage';
    else if (description.status === 'failed') reason = 'noDescription';
    if (reason || !run) {
      this.update(task, { run, prediction: { status: 'none', reason: reason ?? 'noRuns' } });
      return;
    }

    const asking = new AbortController();
    this.asking = asking;
    this.update(task, { run, prediction: WAITING });
    const stopWaiting = this.later(SLOW_MS, () => {
      if (asking === this.asking) this.update(task, { prediction: { status: 'waiting', isSlow: true } });
    });
    const params = { image: inspected.image, run: run.folder };
    await settle(this.peer.request('inspector/predict', params, { signal: asking.signal }), (prediction) => {
      stopWaiting();
      if (asking === this.asking) this.update(task, { prediction });
    });
  }

  private stopAsking(): void {
    this.asking?.abort();
    this.asking = undefined;
  }

  /** Of the runs that go with the image, the one that is wished for, else the newest. */
  private runFor({ inspected, description }: ImageState): RunSummary | undefined {
    if (description.status !== 'ready') return undefined;
    const { runs } = description.value;
    for (const wished of [this.chosenRun, inspected.run, this.restoredRun]) {
      const run = runs.find(({ folder }) => folder === wished);
      if (run) return run;
    }
    return runs[0];
  }

  private update(task: Task, change: Partial<ImageState>): void {
    if (task !== this.task) return;
    task.state = { ...task.state, ...change };
    if (task.isShown) this.publish(task.state);
  }

  private show(task: Task): void {
    if (task !== this.task || task.isShown) return;
    task.isShown = true;
    this.publish(task.state);
  }

  private publish(state: InspectorState): void {
    this.shown = state;
    this.onChange();
  }
}

/** Waits for the end of a request, whichever it is. */
async function settle<T>(promise: Promise<T>, done: (loaded: Loadable<T>) => void): Promise<void> {
  let loaded: Loadable<T>;
  try {
    loaded = { status: 'ready', value: await promise };
  } catch (error) {
    loaded = { status: 'failed', failure: failureOf(error) };
  }
  done(loaded);
}

function failureOf(error: unknown): Failure {
  if (error instanceof TsyndError) return { message: error.message, remedy: error.remedy };
  return { message: error instanceof Error ? error.message : String(error) };
}

function laterOnPage(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}
