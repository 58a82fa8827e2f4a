import type { ComputeApi } from '../../protocol/computeApi.ts';
import type { NoApi } from '../../protocol/envelope.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { ImageRef } from '../../protocol/imageData.ts';
import type {
  InspectedImage,
  InspectorApi,
  InspectorCommand,
  InspectorEvents,
} from '../../protocol/inspectorApi.ts';
import type { LibraryApi } from '../../protocol/libraryApi.ts';
import { RpcPeer, type Handlers, type Transport } from '../../protocol/rpcPeer.ts';
import type { ProcessClient } from '../processes/processClient.ts';
import { EarlyAnswers } from './earlyAnswers.ts';
import { checked, inspectorParams } from './pageParams.ts';
import { isSameImage, type ShownImage } from './shownImage.ts';

/** What an inspector asks of the editor around it. */
export interface InspectorEditor {
  readonly library: ProcessClient<LibraryApi>;
  readonly compute: ProcessClient<ComputeApi>;
  /** The folders that hold the workspace's runs. */
  readonly runFolders: readonly string[];
  /** False in an untrusted workspace. */
  readonly canPredict: boolean;
  /** The folder of the run whose classifier is asked, as chosen before in this workspace. */
  chosenRun: string | undefined;
  /** The folder of the run that it is compared with, likewise. */
  comparedRun: string | undefined;
}

/** The editor's end of one inspector: answers the page about the image that it shows, and about no other. */
export class InspectorSession {
  private readonly editor: InspectorEditor;
  private readonly peer: RpcPeer<InspectorApi, NoApi, InspectorEvents>;
  private readonly early: EarlyAnswers;
  private readonly describedRuns = new Set<string>();
  private current: ShownImage | undefined;
  /** Whether there is a page, which asks for the rest when it is: one that is hidden does not exist. */
  private hasPage = false;

  constructor(
    editor: InspectorEditor,
    shown: ShownImage | undefined,
    transport: Transport,
    onHandlerError?: (method: string, error: unknown) => void,
  ) {
    this.editor = editor;
    this.current = shown;
    const handlers = this.handlers();
    this.early = new EarlyAnswers(handlers, (answer) => this.peer.emit('inspector/early', answer));
    this.peer = new RpcPeer(transport, checked(handlers, inspectorParams), {
      ...(onHandlerError && { onHandlerError }),
    });
  }

  get shown(): ShownImage | undefined {
    return this.current;
  }

  show(shown: ShownImage | undefined): void {
    this.current = shown;
    this.refresh();
  }

  /** Tells the page again what it shows, because the file or what may be done with it is another. */
  refresh(): void {
    this.early.stop();
    const inspected = this.inspected();
    const early = inspected && this.hasPage ? this.early.start(inspected.image) : undefined;
    this.peer.emit('inspector/show', inspected && { ...inspected, ...(early && { early }) });
  }

  /** Nothing is done for a page that does not exist. */
  pageHidden(): void {
    this.hasPage = false;
    this.early.stop();
  }

  command(command: InspectorCommand): void {
    this.peer.emit('inspector/command', command);
  }

  dispose(): void {
    this.early.stop();
    this.peer.close(new TsyndError('cancelled', 'The inspector was closed.'));
  }

  private handlers(): Handlers<InspectorApi> {
    const { library, compute } = this.editor;
    return {
      'inspector/load': () => {
        this.hasPage = true;
        return this.inspected();
      },
      'inspector/pixels': ({ image }, { signal }) => {
        this.requireShown(image);
        return library.request('image/read', { image }, { signal });
      },
      'inspector/describe': async ({ image }, { signal }) => {
        this.requireShown(image);
        const folders = this.editor.runFolders;
        const description = await library.request('image/describe', { image, folders }, { signal });
        for (const run of description.runs) this.describedRuns.add(run.folder);
        return description;
      },
      'inspector/predict': ({ image, run }, { signal }) => {
        this.requireModels(image, [run], 'Predictions');
        return compute.request('image/predict', { image, run }, { signal });
      },
      'inspector/maps': ({ image, request, ...runs }, { signal }) => {
        this.requireModels(image, [runs.run, runs.comparedWith], 'Maps');
        return compute.request('explain/maps', { ...runs, images: [image], request }, { signal });
      },
      'inspector/adversarial': ({ image, choices, ...runs }, { signal }) => {
        this.requireModels(image, [runs.run, runs.comparedWith], 'Maps');
        return compute.request('explain/adversarial', { ...runs, image, choices }, { signal });
      },
      'inspector/expect': ({ maps }) => {
        for (const { run, comparedWith } of maps) this.requireRuns([run, comparedWith]);
        this.early.expect(maps);
        return null;
      },
      'inspector/chooseRun': ({ run }) => {
        this.requireDescribed(run);
        this.editor.chosenRun = run;
        return null;
      },
      'inspector/compareWith': ({ run }) => {
        if (run !== null) this.requireDescribed(run);
        this.editor.comparedRun = run ?? undefined;
        return null;
      },
    };
  }

  private inspected(): InspectedImage | null {
    if (!this.current) return null;
    const { image, title, location } = this.current;
    const { chosenRun, comparedRun, canPredict } = this.editor;
    return {
      image,
      title,
      location,
      ...(chosenRun !== undefined && { run: chosenRun }),
      ...(comparedRun !== undefined && { against: comparedRun }),
      canPredict,
    };
  }

  private requireModels(
    image: ImageRef,
    runs: readonly (string | undefined)[],
    what: 'Predictions' | 'Maps',
  ): void {
    this.requireShown(image);
    this.requireRuns(runs);
    if (this.editor.canPredict) return;
    throw new TsyndError('process/unavailable', `${what} are off in Restricted Mode.`, {
      remedy: 'Trust this workspace to load its models.',
    });
  }

  private requireShown(image: ImageRef): void {
    if (!this.current || !isSameImage(this.current.image, image)) {
      throw new TsyndError('cancelled', 'The inspector shows another image now.');
    }
    if (this.current.problem) throw this.current.problem;
  }

  private requireRuns(runs: readonly (string | undefined)[]): void {
    for (const run of runs) if (run !== undefined) this.requireDescribed(run);
  }

  /** The page may ask the classifiers that it was offered, and not load a file of its own choice as a model. */
  private requireDescribed(run: string): void {
    if (this.describedRuns.has(run)) return;
    throw new TsyndError('run/not-found', `The run in ${run} is not one of this image's.`, {
      remedy: 'Choose another run.',
    });
  }
}
