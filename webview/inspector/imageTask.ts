import type { MapRequest } from '../../src/protocol/explanations.ts';
import type { ExpectedMaps, InspectedImage } from '../../src/protocol/inspectorApi.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';
import type { Later } from '../shared/later.ts';
import { settled, SLOW_MS, WAITING } from '../shared/loadable.ts';
import { Explanations, type Wanted } from './explanations.ts';
import type { InspectorPeer } from './inspectorPeer.ts';
import { noModelFor, type ImageState, type Maps } from './inspectorState.ts';
import type { RunChoice } from './runChoice.ts';

/** What holds for one image after the other. */
export interface TaskContext {
  readonly peer: Pick<InspectorPeer, 'request'>;
  readonly later: Later;
  /** Of the runs that go with an image, those that are asked. */
  readonly choose: (runs: readonly RunSummary[], inspected: InspectedImage) => RunChoice;
  /** Those of the last image: mostly this one's as well. */
  readonly guess: () => RunChoice | undefined;
  /** What is asked beside the prediction; undefined for no maps. */
  readonly mapRequest: () => MapRequest | undefined;
  /** Hears what maps are asked of this image, and so will be of the next one. */
  readonly expect: (maps: readonly ExpectedMaps[]) => void;
  /** Called whenever `state` is another one, until the task is stopped. */
  readonly onChange: (task: ImageTask) => void;
}

/** All that is asked about one image, and what has been answered so far. */
export class ImageTask {
  private readonly context: TaskContext;
  private readonly abort = new AbortController();
  private readonly explanations: Explanations;
  /** Without `maps`, which follow from `explanations`. */
  private known: ImageState;
  private asking: AbortController | undefined;
  /** Whether the prediction has been asked for, or will not be. */
  private isPredictionAsked = false;

  constructor(inspected: InspectedImage, context: TaskContext) {
    this.context = context;
    this.known = {
      kind: 'image',
      inspected,
      pixels: WAITING,
      description: WAITING,
      run: undefined,
      prediction: WAITING,
      against: undefined,
    };
    const { peer, later } = context;
    this.explanations = new Explanations(peer, inspected.image, () => this.changed(), later);
  }

  get state(): ImageState {
    return { ...this.known, maps: this.maps };
  }

  /** Whether the picture and its maps are there, or never will be. */
  get isWhole(): boolean {
    const { maps } = this;
    if (this.known.pixels.status === 'waiting') return false;
    return maps?.status !== 'asked' || maps.runs.every(({ explanation }) => explanation.status !== 'waiting');
  }

  async start(): Promise<void> {
    const { peer } = this.context;
    const { image } = this.known.inspected;
    const { signal } = this.abort;
    const pixels = settled(peer.request('inspector/pixels', { image }, { signal }));
    this.askForMaps();
    const description = settled(peer.request('inspector/describe', { image }, { signal }));
    await Promise.all([
      pixels.then((loaded) => this.update({ pixels: loaded })),
      description.then((loaded) => {
        this.update({ description: loaded });
        this.refresh();
      }),
    ]);
    await this.predict();
  }

  /** Cancels what is under way. */
  stop(): void {
    this.abort.abort();
    this.asking?.abort();
    this.explanations.stop();
  }

  /** Asks for the prediction, also again. */
  async predict(): Promise<void> {
    this.asking?.abort();
    this.asking = undefined;
    this.isPredictionAsked = false;
    const { inspected, pixels, description } = this.known;
    // What reads them asks again when it has both.
    if (pixels.status === 'waiting' || description.status === 'waiting') {
      this.refresh();
      return;
    }
    const runs = this.runs;
    const reason = noModelFor(this.known) ?? (runs.run ? undefined : 'noRuns');
    if (reason || !runs.run) {
      this.update({ ...runs, prediction: { status: 'none', reason: reason ?? 'noRuns' } });
      return;
    }
    const asking = new AbortController();
    this.asking = asking;
    this.update({ ...runs, prediction: WAITING });
    this.askForMaps();
    const stopWaiting = this.context.later(SLOW_MS, () => {
      if (asking === this.asking) this.update({ prediction: { status: 'waiting', isSlow: true } });
    });
    const params = { image: inspected.image, run: runs.run.folder };
    const request = this.context.peer.request('inspector/predict', params, { signal: asking.signal });
    this.isPredictionAsked = true;
    this.askForMaps();
    const prediction = await settled(request);
    stopWaiting();
    if (asking === this.asking) this.update({ prediction });
  }

  retryMaps(): void {
    this.explanations.forgetFailures();
    this.refresh();
  }

  /** Other runs or other maps are wished for: what is there already counts at once. */
  refresh(): void {
    if (this.abort.signal.aborted) return;
    this.known = { ...this.known, ...this.runs };
    this.askForMaps();
    this.changed();
  }

  /** Those that are asked, as far as it is known which go with the image. */
  private get runs(): RunChoice {
    const { description, inspected } = this.known;
    return description.status === 'ready'
      ? this.context.choose(description.value.runs, inspected)
      : { run: undefined, against: undefined };
  }

  /**
   * A saliency map is a matter of milliseconds: it is asked for before anything else is known, of the last image's runs,
   * and counts if they turn out to be this one's. A search takes longer, and lets the prediction go first.
   */
  private askForMaps(): void {
    const isTooEarly = this.context.mapRequest()?.kind === 'adversarial' && !this.isPredictionAsked;
    const wanted = isTooEarly ? [] : this.wanted.map((one) => one.wanted);
    this.explanations.want(wanted);
    if (this.known.description.status === 'ready') {
      this.context.expect(wanted.filter(({ request }) => request.kind === 'saliency'));
    }
  }

  private get maps(): Maps | undefined {
    if (!this.context.mapRequest()) return undefined;
    const reason = noModelFor(this.known);
    if (reason) return { status: 'none', reason };
    const { wanted } = this;
    if (wanted.length === 0 && this.known.description.status === 'ready') {
      return { status: 'none', reason: 'noRuns' };
    }
    const runs = wanted.map((one) => ({
      run: one.run,
      explanation: this.explanations.get(one.wanted) ?? WAITING,
    }));
    return { status: 'asked', runs };
  }

  /** Of each run that is shown what is asked of it. */
  private get wanted(): readonly { readonly run: RunSummary; readonly wanted: Wanted }[] {
    const request = this.context.mapRequest();
    if (!request || noModelFor(this.known)) return [];
    const isKnown = this.known.description.status === 'ready';
    const { run, against } = isKnown ? this.known : (this.context.guess() ?? this.known);
    const pair = [run, against].filter((one) => one !== undefined);
    return pair.map((one) => {
      const other = pair.find(({ folder }) => folder !== one.folder);
      return {
        run: one,
        wanted: { run: one.folder, request, ...(other && { comparedWith: other.folder }) },
      };
    });
  }

  private update(change: Partial<ImageState>): void {
    if (this.abort.signal.aborted) return;
    this.known = { ...this.known, ...change };
    this.changed();
  }

  private changed(): void {
    if (!this.abort.signal.aborted) this.context.onChange(this);
  }
}
