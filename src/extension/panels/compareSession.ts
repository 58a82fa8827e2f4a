import type {
  CompareApi,
  ComparedRuns,
  CompareEvents,
  MeasuredRelevance,
} from '../../protocol/compareApi.ts';
import type { ComputeApi } from '../../protocol/computeApi.ts';
import type { NoApi } from '../../protocol/envelope.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { LibraryApi } from '../../protocol/libraryApi.ts';
import { RpcPeer, type Handlers, type Transport } from '../../protocol/rpcPeer.ts';
import type { RunSummary } from '../../protocol/runSummary.ts';
import type { ProcessClient } from '../processes/processClient.ts';
import { ComparedImageSet } from './comparedImages.ts';
import { requireComparable } from './comparableRuns.ts';
import { checked, compareParams } from './pageParams.ts';
import { RelevanceMeasurement } from './relevanceMeasurement.ts';

/** What a comparison asks of the editor around it. */
export interface CompareEditor {
  readonly library: ProcessClient<LibraryApi>;
  readonly compute: ProcessClient<ComputeApi>;
  /** The folders that hold the workspace's runs. */
  readonly runFolders: readonly string[];
  /** False in an untrusted workspace. */
  readonly canExplain: boolean;
  chooseRuns(): void;
  /** The page shows these now. */
  loaded(runs: readonly [RunSummary, RunSummary]): void;
}

/** What is compared: the folders of two runs, and the image files that a person chose, if any. */
export interface Comparison {
  readonly runs: readonly [string, string];
  readonly files: readonly string[];
}

/** The editor's end of one comparison: answers the page about its two runs and the images that they were asked for. */
export class CompareSession {
  private readonly editor: CompareEditor;
  private readonly peer: RpcPeer<CompareApi, NoApi, CompareEvents>;
  private readonly images: ComparedImageSet;
  private current: Comparison;
  /** Those of `current`, once they were found to be what they should be. */
  private runs: readonly [RunSummary, RunSummary] | undefined;
  private readonly measurement: RelevanceMeasurement;

  constructor(
    editor: CompareEditor,
    comparison: Comparison,
    transport: Transport,
    onHandlerError?: (method: string, error: unknown) => void,
  ) {
    this.editor = editor;
    this.current = comparison;
    this.images = new ComparedImageSet(editor.library);
    this.measurement = new RelevanceMeasurement(editor.compute, (progress) =>
      this.peer.emit('compare/measuring', progress),
    );
    this.peer = new RpcPeer(transport, checked(this.handlers(), compareParams), {
      ...(onHandlerError && { onHandlerError }),
    });
  }

  get comparison(): Comparison {
    return this.current;
  }

  /** Compares other runs or other files from now on. */
  show(comparison: Comparison): void {
    this.current = comparison;
    this.runs = undefined;
    this.measurement.reset();
    this.images.forget();
    this.refresh();
  }

  /** Tells the page to load again, because what may be done is another. */
  refresh(): void {
    this.peer.emit('compare/changed', null);
  }

  dispose(): void {
    this.measurement.stop();
    this.peer.close(new TsyndError('cancelled', 'The comparison was closed.'));
  }

  private handlers(): Handlers<CompareApi> {
    const { editor, images } = this;
    const { library, compute } = editor;
    return {
      'compare/load': (_params, { signal }) => this.load(signal),
      'compare/images': (choice, { signal }) =>
        images.load(choice, this.requireRuns(), this.current.files, editor.runFolders, signal),
      'compare/pixels': ({ id }, { signal }) => images.read(id, signal),
      'compare/maps': ({ run, ids, request }, { signal }) => {
        this.requireTrust();
        const side = this.sideOf(run);
        const refs = ids.map((id) => images.refOf(id, side));
        const comparedWith = this.otherThan(side);
        return compute.request('explain/maps', { run, comparedWith, images: refs, request }, { signal });
      },
      'compare/adversarial': ({ run, id, choices }, { signal }) => {
        this.requireTrust();
        const side = this.sideOf(run);
        const image = images.refOf(id, side);
        const comparedWith = this.otherThan(side);
        return compute.request('explain/adversarial', { run, comparedWith, image, choices }, { signal });
      },
      'compare/relevance': (_params, { signal }) => this.relevance(signal),
      'compare/measure': (params) => {
        this.requireTrust();
        const [first, second] = this.requireRuns();
        void this.measurement.start([first.folder, second.folder], params);
        return null;
      },
      'compare/stopMeasuring': () => {
        this.measurement.stop();
        return null;
      },
      'compare/chooseRuns': () => {
        library.warmUp();
        editor.chooseRuns();
        return null;
      },
    };
  }

  private async load(signal: AbortSignal): Promise<ComparedRuns> {
    const { library, canExplain } = this.editor;
    const { current } = this;
    const [first, second] = await Promise.all(
      current.runs.map((run) => library.request('run/summary', { run }, { signal })),
    );
    const runs = [first, second] as const;
    requireComparable(...runs);
    if (current !== this.current) throw new TsyndError('cancelled', 'Other runs are compared now.');
    this.runs = runs;
    this.editor.loaded(runs);
    return { runs, files: current.files, canExplain };
  }

  private async relevance(signal: AbortSignal): Promise<MeasuredRelevance> {
    const all = await Promise.all(
      this.requireRuns().map(({ folder }) =>
        this.editor.library.request('run/relevance', { run: folder }, { signal }),
      ),
    );
    return this.measurement.state(all.flatMap((ofRun) => ofRun.slice(0, 1)));
  }

  private requireRuns(): readonly [RunSummary, RunSummary] {
    if (this.runs) return this.runs;
    throw new TsyndError('cancelled', 'The runs to compare have not been read yet.');
  }

  /** The page may ask the two runs that it shows, and not load a file of its own choice as a model. */
  private sideOf(run: string): 0 | 1 {
    const side = this.requireRuns().findIndex(({ folder }) => folder === run);
    if (side === 0 || side === 1) return side;
    throw new TsyndError('run/not-found', `The run in ${run} is none of those that are compared.`, {
      remedy: 'Choose the runs to compare again.',
    });
  }

  private otherThan(side: 0 | 1): string {
    return this.requireRuns()[side === 0 ? 1 : 0].folder;
  }

  private requireTrust(): void {
    if (this.editor.canExplain) return;
    throw new TsyndError('process/unavailable', 'Explanations are off in Restricted Mode.', {
      remedy: 'Trust this workspace to load its models.',
    });
  }
}
