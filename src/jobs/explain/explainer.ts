import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../../data/dataset.ts';
import { mapLimited } from '../../data/mapLimited.ts';
import type { ComputeApi } from '../../protocol/computeApi.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { AdversarialExplanation, MapBatch, MapRequest } from '../../protocol/explanations.ts';
import type { ImageRef } from '../../protocol/imageData.ts';
import type { MapIdentity } from '../../runs/mapRecord.ts';
import { RunFolder } from '../../runs/runFolder.ts';
import { ClassifierImages, type ClassifierImage } from '../classifierImages.ts';
import { LruCache } from '../library/lruCache.ts';
import { toTsyndError } from '../toTsyndError.ts';
import { ExplainedRuns, type ExplainedRun } from './explainedRun.ts';
import { ExplainPrograms } from './explainPrograms.ts';
import { chooseTarget, targetCandidates } from './explainTarget.ts';
import { makeMaps, type MadeMap } from './makeMaps.ts';
import { MAP_VERSION, mapKey, tensorSha256 } from './mapKey.ts';
import { MapStore, type ExplainedMap } from './mapStore.ts';
import { packMaps } from './packMaps.ts';
import { Turns } from './turns.ts';

/** So few that a wish of a person is heard soon. */
const BATCH_SIZE = 16;
const MAX_CONCURRENT_FILES = 4;
const MEMORY_BYTES = 64 * 2 ** 20;
/** Adversarial explanations with their images; a person looks at one row after the other. */
const KEPT_EXPLANATIONS = 16;
const KEPT_STORES = 16;

export interface ExplainOptions {
  readonly signal?: AbortSignal | undefined;
}

/** An image that can be explained. */
interface Task {
  readonly key: string;
  readonly identity: MapIdentity;
  readonly image: ClassifierImage;
}

/**
 * Explains images by the classifiers of runs. Maps of a run's own samples and dataset are kept in its folder, those of
 * other images in memory for a while. One piece of work is done at a time, single images first; between pieces a
 * request can be cancelled, and what was computed until then is kept.
 */
export class Explainer {
  private readonly images: ClassifierImages;
  private readonly runs = new ExplainedRuns();
  private readonly programs = new ExplainPrograms();
  private readonly turns = new Turns();
  private readonly stores = new LruCache<MapStore>(KEPT_STORES);
  private readonly memory = new LruCache<ExplainedMap>(MEMORY_BYTES, ({ values }) => values.byteLength);
  private readonly explanations = new LruCache<AdversarialExplanation>(KEPT_EXPLANATIONS);

  constructor(images = new ClassifierImages()) {
    this.images = images;
  }

  /** What an explanation of the run's images depends on. Throws what `ExplainedRuns.open` throws. */
  async open(run: string, request: MapRequest, comparedWith: string | undefined): Promise<ExplainedRun> {
    const others = comparedWith === undefined ? [] : [await RunFolder.open(comparedWith)];
    return this.runs.open(run, request, others);
  }

  /**
   * Images that cannot be explained are listed as missing. Throws what `ExplainedRuns.open` throws, 'run/corrupt' for
   * damaged checkpoints, and 'cancelled'.
   */
  async maps(
    { run, comparedWith, images, request }: ComputeApi['explain/maps']['params'],
    { signal }: ExplainOptions = {},
  ): Promise<MapBatch> {
    const explained = await this.open(run, request, comparedWith);
    const isUrgent = images.length === 1;
    const tasks = await mapLimited(images, MAX_CONCURRENT_FILES, (image) => {
      throwIfCancelled(signal, 'Explaining');
      return this.plan(explained, image, request, isUrgent).catch(reasonOf);
    });
    const found = new Map<string, ExplainedMap>();
    const wanted = new Map<string, Task>();
    for (const task of tasks) {
      if ('reason' in task || found.has(task.key)) continue;
      const known = await this.find(explained, task);
      if (known) found.set(task.key, known);
      else wanted.set(task.key, task);
    }
    for (const batch of batchesOf([...wanted.values()])) {
      for (const { key, map } of await this.make(explained, batch, request, { signal, isUrgent })) {
        found.set(key, map);
      }
    }
    const { imageSize } = explained.configs;
    return packMaps(
      tasks.map((task) => ('reason' in task ? task : found.get(task.key)!)),
      imageSize,
    );
  }

  /** Throws what `ClassifierImages.read` throws, too. */
  async adversarial(
    { run, comparedWith, image, choices }: ComputeApi['explain/adversarial']['params'],
    { signal }: ExplainOptions = {},
  ): Promise<AdversarialExplanation> {
    const request: MapRequest = { kind: 'adversarial', choices };
    const explained = await this.open(run, request, comparedWith);
    const task = await this.plan(explained, image, request, true);
    const known = await this.explanations.find(task.key);
    if (known) return known;
    await this.make(explained, [task], request, { signal, isUrgent: true });
    const made = await this.explanations.find(task.key);
    if (made) return made;
    throw new RangeError('An adversarial map was made without its images.');
  }

  /** Frees the programs, once the work under way is done. */
  dispose(): Promise<void> {
    return this.turns.take(false, () => this.programs.dispose());
  }

  private async plan(
    explained: ExplainedRun,
    ref: ImageRef,
    request: MapRequest,
    isUrgent: boolean,
  ): Promise<Task> {
    const image = await this.images.read(explained.run, ref);
    const { target } = request.choices;
    const label = target === 'label' ? await image.findLabel() : undefined;
    const candidates = targetCandidates(target, label);
    const probs =
      candidates.length > 1
        ? await this.turns.take(isUrgent, async () =>
            (await this.programs.predictor(explained, 1)).predictImages(image.input),
          )
        : undefined;
    const identity: MapIdentity = {
      version: MAP_VERSION,
      request: withTarget(request, chooseTarget(candidates, probs)),
      classifierSha256: explained.classifierSha256,
      ...(explained.autoencoder && { autoencoderSha256: explained.autoencoder.sha256 }),
      imageSha256: tensorSha256(image.input),
    };
    return { key: mapKey(identity), identity, image };
  }

  private async find(
    { run }: ExplainedRun,
    { key, identity, image }: Task,
  ): Promise<ExplainedMap | undefined> {
    const known = await this.memory.find(key);
    return known ?? (image.isOfRun ? (await this.storeOf(run)).find(identity) : undefined);
  }

  private async make(
    explained: ExplainedRun,
    tasks: readonly Task[],
    request: MapRequest,
    { signal, isUrgent }: { readonly signal: AbortSignal | undefined; readonly isUrgent: boolean },
  ): Promise<(MadeMap & { readonly key: string })[]> {
    // Programs block the event loop: only here is a cancellation heard.
    const listen = async (): Promise<void> => {
      await setImmediate();
      throwIfCancelled(signal, 'Explaining');
    };
    const made = await this.turns.take(isUrgent, async () => {
      await listen();
      const inputs = tasks.map(({ identity, image }) => ({
        input: image.input,
        target: identity.request.choices.target,
      }));
      const batchSize = tasks.length === 1 ? 1 : BATCH_SIZE;
      return makeMaps(this.programs, explained, inputs, { request, batchSize, betweenSteps: listen });
    });
    const keyed = made.map((one, index) => ({ ...one, key: tasks[index].key }));
    for (const { key, map, explanation } of keyed) {
      await this.memory.get(key, () => map);
      if (explanation) await this.explanations.get(key, () => explanation);
    }
    await this.keep(explained, tasks, made);
    return keyed;
  }

  private async keep({ run }: ExplainedRun, tasks: readonly Task[], made: readonly MadeMap[]): Promise<void> {
    const own = tasks.flatMap(({ identity, image }, index) =>
      image.isOfRun ? [[identity, made[index].map] as const] : [],
    );
    if (own.length === 0) return;
    const store = await this.storeOf(run);
    await store.add(own).catch((error: unknown) => {
      // Of a run that cannot be written the maps are shown all the same.
      if (!(error instanceof TsyndError && error.code === 'file/write')) throw error;
    });
  }

  private storeOf({ paths }: RunFolder): Promise<MapStore> {
    return this.stores.get(paths.root, () => new MapStore(paths));
  }
}

function withTarget(request: MapRequest, target: number): MapIdentity['request'] {
  const resolved = target < 0 ? ('predicted' as const) : target;
  return request.kind === 'saliency'
    ? { kind: request.kind, choices: { ...request.choices, target: resolved } }
    : { kind: request.kind, choices: { ...request.choices, target: resolved } };
}

/** Why an image cannot be explained; cancellations are thrown again. */
function reasonOf(error: unknown): { readonly reason: string } {
  const { code, message } = toTsyndError(error);
  if (code === 'cancelled') throw error;
  return { reason: message };
}

function batchesOf<T>(items: readonly T[]): (readonly T[])[] {
  const count = Math.ceil(items.length / BATCH_SIZE);
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  );
}
