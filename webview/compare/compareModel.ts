import type { ComparedImages, ComparedRuns } from '../../src/protocol/compareApi.ts';
import type { AdversarialExplanation } from '../../src/protocol/explanations.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';
import { requestOf } from '../shared/maps/mapChanges.ts';
import type { MapKind } from '../shared/maps/mapWords.ts';
import type { ByteImage } from '../shared/maps/planarImage.ts';
import { summarizeChanges, type ChangeSummary } from './changeSummary.ts';
import { ComparedPictures } from './comparedPictures.ts';
import type { ComparePeer } from './comparePeer.ts';
import { imageChoiceOf, type CompareState } from './compareState.ts';
import { ExplanationLoader } from './explanationLoader.ts';
import { failed, ready, WAITING, type Loadable } from '../shared/loadable.ts';
import type { FoundMap } from '../shared/maps/unpackMaps.ts';
import { MapLoader } from './mapLoader.ts';
import { RelevanceModel } from './relevanceModel.ts';

export interface CompareModelOptions {
  readonly onChange: () => void;
  /** Keeps the page's own state. */
  readonly store: (state: CompareState) => void;
}

/** What the comparison shows: two runs, images, and what each run makes of each image. */
export class CompareModel {
  readonly relevance: RelevanceModel;
  private readonly peer: Pick<ComparePeer, 'request'>;
  private readonly options: CompareModelOptions;
  private readonly maps: MapLoader;
  private readonly explanations: ExplanationLoader;
  private readonly pictures: ComparedPictures;
  private current: CompareState;
  private loaded: Loadable<ComparedRuns> = WAITING;
  private listed: Loadable<ComparedImages> = WAITING;
  private loading = new AbortController();
  private listing = new AbortController();

  constructor(peer: Pick<ComparePeer, 'request'>, state: CompareState, options: CompareModelOptions) {
    this.peer = peer;
    this.current = state;
    this.options = options;
    const { onChange } = options;
    this.maps = new MapLoader({
      fetch: (run, ids, request, signal) => peer.request('compare/maps', { run, ids, request }, { signal }),
      onChange,
    });
    this.explanations = new ExplanationLoader({
      fetch: (run, id, choices, signal) =>
        peer.request('compare/adversarial', { run, id, choices }, { signal }),
      onChange,
    });
    this.pictures = new ComparedPictures(
      (id, signal) => peer.request('compare/pixels', { id }, { signal }),
      onChange,
    );
    this.relevance = new RelevanceModel(peer, onChange);
  }

  get state(): CompareState {
    return this.current;
  }

  get load(): Loadable<ComparedRuns> {
    return this.loaded;
  }

  get images(): Loadable<ComparedImages> {
    return this.listed;
  }

  /** In the page's order; undefined until they are read. */
  get runs(): readonly [RunSummary, RunSummary] | undefined {
    if (this.loaded.status !== 'ready') return undefined;
    const [first, second] = this.loaded.value.runs;
    return this.current.runs?.[0] === second.folder ? [second, first] : [first, second];
  }

  get canExplain(): boolean {
    return this.loaded.status === 'ready' && this.loaded.value.canExplain;
  }

  /** Asks for the runs, and for all that is shown of them. */
  async start(): Promise<void> {
    this.loading.abort();
    this.loading = new AbortController();
    const { signal } = this.loading;
    this.forgetImages();
    this.loaded = WAITING;
    this.relevance.forget();
    try {
      const compared = await this.peer.request('compare/load', null, { signal });
      if (signal.aborted) return;
      this.loaded = ready(compared);
      this.adopt(compared);
    } catch (error) {
      if (signal.aborted) return;
      this.loaded = failed(error);
      this.options.onChange();
      return;
    }
    void this.relevance.load();
    await this.list();
  }

  /** Changes what is shown; asks for other images or maps where that takes some. */
  update(change: Partial<CompareState>): void {
    const before = this.current;
    this.current = { ...before, ...change };
    this.options.store(this.current);
    const isOtherList = JSON.stringify(imageChoiceOf(before)) !== JSON.stringify(imageChoiceOf(this.current));
    if (isOtherList) void this.list();
    else this.plan();
    this.options.onChange();
  }

  swap(): void {
    const { runs } = this;
    if (runs) this.update({ runs: [runs[1].folder, runs[0].folder] });
  }

  chooseRuns(): void {
    this.peer.request('compare/chooseRuns', null).catch(() => undefined);
  }

  /** Opens or closes a row. */
  toggle(id: string): void {
    const { open } = this.current;
    this.update({ open: open.includes(id) ? open.filter((other) => other !== id) : [...open, id] });
  }

  /** Ids of the rows that are in sight. */
  look(ids: readonly string[]): void {
    this.pictures.look(ids);
    this.maps.look(ids);
  }

  /** Tries again what failed in the rows. */
  retry(): void {
    if (this.listed.status === 'failed') void this.list();
    this.pictures.retry();
    this.explanations.retry();
    this.maps.retry();
    this.plan();
    this.options.onChange();
  }

  /** Whether trying again could help. */
  get hasFailures(): boolean {
    return this.maps.hasFailures || this.explanations.hasFailures || this.pictures.hasFailures;
  }

  picture(id: string): Loadable<ByteImage> {
    return this.pictures.get(id);
  }

  map(run: RunSummary, kind: MapKind, id: string): Loadable<FoundMap> {
    return this.maps.cell(run.folder, requestOf(this.current.maps, kind), id);
  }

  explanation(run: RunSummary, id: string): Loadable<AdversarialExplanation> {
    return this.explanations.get(run.folder, id, this.current.maps.adversarial);
  }

  /** Of the images that are shown and have been searched. */
  summary(run: RunSummary): ChangeSummary {
    const changes = this.ids.flatMap((id) => {
      const cell = this.map(run, 'adversarial', id);
      return cell.status === 'ready' ? (cell.value.facts.change ?? []) : [];
    });
    return summarizeChanges(changes);
  }

  private get ids(): readonly string[] {
    return this.listed.status === 'ready' ? this.listed.value.images.map(({ id }) => id) : [];
  }

  private adopt({ runs, files }: ComparedRuns): void {
    const { runs: known, files: knownFiles, showsFiles } = this.current;
    const folders = runs.map(({ folder }) => folder);
    const isSamePair = known?.every((folder) => folders.includes(folder)) === true && known[0] !== known[1];
    const hasNewFiles = files.length > 0 && files.join('\n') !== knownFiles.join('\n');
    this.current = {
      ...this.current,
      runs: isSamePair ? known : [folders[0], folders[1]],
      files,
      showsFiles: hasNewFiles || (showsFiles && files.length > 0),
      open: isSamePair && !hasNewFiles ? this.current.open : [],
    };
    this.options.store(this.current);
  }

  /** Asks for the images. */
  private async list(): Promise<void> {
    this.forgetImages();
    const { signal } = this.listing;
    this.options.onChange();
    try {
      const images = await this.peer.request('compare/images', imageChoiceOf(this.current), { signal });
      if (signal.aborted) return;
      this.listed = ready(images);
      this.pictures.show(images);
    } catch (error) {
      if (signal.aborted) return;
      this.listed = failed(error);
    }
    this.plan();
    this.options.onChange();
  }

  private forgetImages(): void {
    this.listing.abort();
    this.listing = new AbortController();
    this.listed = WAITING;
    this.maps.clear();
    this.explanations.clear();
    this.pictures.clear();
  }

  private plan(): void {
    const { runs, ids } = this;
    if (!runs || !this.canExplain) return;
    const folders = runs.map(({ folder }) => folder);
    const { maps, open } = this.current;
    this.maps.want({
      runs: folders,
      ids,
      requests: [requestOf(maps, 'saliency'), requestOf(maps, 'adversarial')],
    });
    this.explanations.want({
      runs: folders,
      ids: ids.filter((id) => open.includes(id)),
      choices: maps.adversarial,
    });
  }
}
