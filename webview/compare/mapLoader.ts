import { TsyndError } from '../../src/protocol/errors.ts';
import type { MapBatch, MapRequest } from '../../src/protocol/explanations.ts';
import { failed, ready, WAITING, type Loadable } from '../shared/loadable.ts';
import { unpackMaps, type FoundMap } from '../shared/maps/unpackMaps.ts';

/** What maps are wanted: each request of each image by each run. */
export interface MapPlan {
  /** Folders. */
  readonly runs: readonly string[];
  /** In the order of the page. */
  readonly ids: readonly string[];
  /** The cheaper first. */
  readonly requests: readonly MapRequest[];
}

export interface MapLoaderOptions {
  readonly fetch: (
    run: string,
    ids: readonly string[],
    request: MapRequest,
    signal: AbortSignal,
  ) => Promise<MapBatch>;
  /** Called whenever a cell is another one. */
  readonly onChange: () => void;
}

/** As many as are computed together, so that a request takes no longer for being full. */
const BATCH = 16;

/** One request for some images. */
interface Task {
  readonly run: string;
  readonly request: MapRequest;
  readonly ids: readonly string[];
}

/**
 * Asks for the maps of a comparison one request after the other: of the images in sight first, of both runs before the
 * next kind. What is not wanted any more is cancelled; what was computed for other choices stays at hand.
 */
export class MapLoader {
  private readonly options: MapLoaderOptions;
  /** By kind, choices, run and image. */
  private readonly cells = new Map<string, Loadable<FoundMap>>();
  private plan: MapPlan = { runs: [], ids: [], requests: [] };
  private visible: readonly string[] = [];
  private current: { readonly task: Task; readonly abort: AbortController } | undefined;

  constructor(options: MapLoaderOptions) {
    this.options = options;
  }

  /** The map, also of a choice that was asked for before. */
  cell(run: string, request: MapRequest, id: string): Loadable<FoundMap> {
    return this.cells.get(keyOf(run, request, id)) ?? WAITING;
  }

  want(plan: MapPlan): void {
    this.plan = plan;
    if (this.current && !isWanted(this.current.task, plan)) this.stop();
    this.next();
  }

  /** Ids of the images that are in sight. */
  look(visible: readonly string[]): void {
    this.visible = visible;
    this.next();
  }

  /** Tries again what failed. */
  retry(): void {
    for (const [key, { status }] of this.cells) if (status === 'failed') this.cells.delete(key);
    this.next();
  }

  /** Forgets all maps: the images of these ids are others now. */
  clear(): void {
    this.stop();
    this.cells.clear();
    this.plan = { runs: [], ids: [], requests: [] };
  }

  /** Whether something that is wanted has failed. */
  get hasFailures(): boolean {
    return [...this.cells.values()].some(({ status }) => status === 'failed');
  }

  private stop(): void {
    this.current?.abort.abort();
    this.current = undefined;
  }

  private next(): void {
    if (this.current) return;
    const task = this.nextTask();
    if (!task) return;
    const current = { task, abort: new AbortController() };
    this.current = current;
    void this.run(task, current.abort.signal).then((cells) => {
      if (this.current !== current) return;
      this.current = undefined;
      for (const [key, cell] of cells) this.cells.set(key, cell);
      this.options.onChange();
      this.next();
    });
  }

  private nextTask(): Task | undefined {
    const { ids, requests, runs } = this.plan;
    const inSight = ids.filter((id) => this.visible.includes(id));
    const inOrder = [...new Set([...inSight, ...ids])];
    for (const group of [inSight, ids]) {
      for (const request of requests) {
        for (const run of runs) {
          const isMissing = (id: string): boolean => !this.cells.has(keyOf(run, request, id));
          if (group.some(isMissing)) return { run, request, ids: inOrder.filter(isMissing).slice(0, BATCH) };
        }
      }
    }
    return undefined;
  }

  private async run(
    { run, request, ids }: Task,
    signal: AbortSignal,
  ): Promise<(readonly [string, Loadable<FoundMap>])[]> {
    const keyOfId = (id: string): string => keyOf(run, request, id);
    try {
      return toCells(ids, await this.options.fetch(run, ids, request, signal)).map(
        ([id, cell]) => [keyOfId(id), cell] as const,
      );
    } catch (error) {
      // What fails as a whole does so for the other images, too: a run without a model, say.
      return this.plan.ids
        .filter((id) => ids.includes(id) || !this.cells.has(keyOfId(id)))
        .map((id) => [keyOfId(id), failed(error)] as const);
    }
  }
}

/** Each image that was asked for has a map or a reason. Throws what `unpackMaps` throws. */
function toCells(ids: readonly string[], batch: MapBatch): (readonly [string, Loadable<FoundMap>])[] {
  const cells = new Map<string, Loadable<FoundMap>>(
    ids.map((id) => [id, failed(new TsyndError('internal', 'There is no map of this image.'))]),
  );
  for (const { index, map } of unpackMaps(batch)) cells.set(ids[index], ready(map));
  for (const { index, reason } of batch.missing)
    cells.set(ids[index], { status: 'failed', failure: { message: reason } });
  return [...cells];
}

function isWanted({ run, request, ids }: Task, plan: MapPlan): boolean {
  const key = requestKey(request);
  const isAsked = plan.requests.some((wanted) => requestKey(wanted) === key);
  return isAsked && plan.runs.includes(run) && ids.every((id) => plan.ids.includes(id));
}

function requestKey({ kind, choices }: MapRequest): string {
  return JSON.stringify([kind, Object.entries(choices).sort()]);
}

function keyOf(run: string, request: MapRequest, id: string): string {
  return JSON.stringify([requestKey(request), run, id]);
}
