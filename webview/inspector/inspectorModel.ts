import type { MapRequest } from '../../src/protocol/explanations.ts';
import type { ExpectedMaps, InspectedImage } from '../../src/protocol/inspectorApi.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';
import { laterOnPage, type Later } from '../shared/later.ts';
import { failed } from '../shared/loadable.ts';
import { ImageTask } from './imageTask.ts';
import type { InspectorPeer } from './inspectorPeer.ts';
import type { InspectorState } from './inspectorState.ts';
import { chooseRuns, type RunChoice, type RunWishes } from './runChoice.ts';

export interface InspectorModelOptions {
  /** Called whenever `state` is another one. */
  readonly onChange: () => void;
  /** The run that was chosen when the page was last there. */
  readonly run?: string | undefined;
  readonly later?: Later;
}

/** How long the last image stays while the next one is read, so that flicking through images does not flicker. */
export const HOLD_MS = 150;

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
  /** What is shown, or about to be. */
  private task: ImageTask | undefined;
  /** Whether `shown` is of `task`, and not of the image before. */
  private isTaskShown = false;
  private wishes: RunWishes;
  /** Of the last image of which they were known. */
  private lastRuns: RunChoice | undefined;
  private mapRequest: MapRequest | undefined;
  /** What the editor knows of the maps to come. */
  private expected = '[]';
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

  /** Asks for the image that is active now. */
  async start(): Promise<void> {
    const turn = ++this.turn;
    try {
      const inspected = await this.peer.request('inspector/load', null);
      if (turn === this.turn) this.follow(inspected);
    } catch (error) {
      if (turn === this.turn) this.publish({ kind: 'failed', failure: failed(error).failure });
    }
  }

  /** Shows another image, or the same one as it is now; null for none. */
  follow(inspected: InspectedImage | null): void {
    this.turn++;
    this.task?.stop();
    this.task = undefined;
    this.isTaskShown = false;
    if (!inspected) {
      this.showNone();
      return;
    }
    const task = new ImageTask(inspected, {
      peer: this.peer,
      later: this.later,
      choose: this.choose,
      guess: () => this.lastRuns,
      mapRequest: () => this.mapRequest,
      expect: (maps) => this.expect(maps),
      onChange: (changed) => this.changed(changed),
    });
    this.task = task;
    this.later(HOLD_MS, () => {
      if (task === this.task && !this.isTaskShown) this.show(task);
    });
    void task.start();
  }

  /** Reads the image and all about it again. */
  retry(): void {
    if (this.shown.kind === 'image') this.follow(this.shown.inspected);
    else void this.start();
  }

  /** Asks for the prediction again. */
  retryPrediction(): void {
    void this.task?.predict();
  }

  /** Asks for the maps again that could not be had. */
  retryMaps(): void {
    this.task?.retryMaps();
  }

  /** Asks another run's classifier, from now on. */
  chooseRun(run: string): void {
    this.wishes = { ...this.wishes, run };
    // Where it is not remembered, the choice still holds on this page.
    this.peer.request('inspector/chooseRun', { run }).catch(() => undefined);
    void this.task?.predict();
  }

  /** Shows the maps of another run beside those of the first, from now on; null for none. */
  compareWith(run: string | null): void {
    this.wishes = { ...this.wishes, against: run };
    this.peer.request('inspector/compareWith', { run }).catch(() => undefined);
    this.task?.refresh();
  }

  /** Has each image explained like this, from now on; undefined for no maps. */
  explain(request: MapRequest | undefined): void {
    this.mapRequest = request;
    this.task?.refresh();
  }

  private readonly choose = (runs: readonly RunSummary[], inspected: InspectedImage): RunChoice => {
    this.lastRuns = chooseRuns(runs, this.wishes, inspected);
    return this.lastRuns;
  };

  private expect(maps: readonly ExpectedMaps[]): void {
    const expected = JSON.stringify(maps);
    if (expected === this.expected) return;
    this.expected = expected;
    // Without it, maps only take longer.
    this.peer.request('inspector/expect', { maps }).catch(() => undefined);
  }

  /** The last image stays until the next one has its picture and its maps. */
  private changed(task: ImageTask): void {
    if (this.isTaskShown || task.isWhole) this.show(task);
  }

  /** One image is closed before the next one is opened: that is no reason to take the last one away. */
  private showNone(): void {
    const { turn } = this;
    const show = (): void => {
      if (turn === this.turn) this.publish({ kind: 'none' });
    };
    if (this.shown.kind === 'image') this.later(HOLD_MS, show);
    else show();
  }

  private show(task: ImageTask): void {
    this.isTaskShown = true;
    this.publish(task.state);
  }

  private publish(state: InspectorState): void {
    this.shown = state;
    this.onChange();
  }
}
