import path from 'node:path';

import type { NoApi } from '../../protocol/envelope.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { ImagePixels } from '../../protocol/imageData.ts';
import type { LibraryApi } from '../../protocol/libraryApi.ts';
import type { Report, ReportCell } from '../../protocol/report.ts';
import type { ReportApi, ReportEvents, ReportProgress, ShownReport } from '../../protocol/reportApi.ts';
import { RpcPeer, type Handlers, type Transport } from '../../protocol/rpcPeer.ts';
import type { ProcessClient } from '../processes/processClient.ts';
import { checked, reportParams } from './pageParams.ts';
import type { ShownImage } from './shownImage.ts';

/** What a report asks of the editor around it. */
export interface ReportEditor {
  readonly library: Pick<ProcessClient<LibraryApi>, 'request'>;
  /** False in an untrusted workspace. */
  readonly mayRun: boolean;
  /** What this window does with the experiment; null for nothing. */
  readonly progress: ReportProgress | null;
  openImage(image: ShownImage): void;
  /** `run` is the absolute path of a cell's run. */
  openRun(run: string): Promise<void>;
  save(report: Report, format: ReportApi['report/save']['params']['format']): Promise<void>;
  goOn(): void;
  stop(): void;
  /** The page shows this now. */
  loaded(report: Report): void;
}

/** Reading decodes a file each; more at a time would keep the library from answering others. */
const READ_AT_A_TIME = 8;

/** The editor's end of one report: answers the page about its experiment, whether it runs or not. */
export class ReportSession {
  readonly folder: string;
  private readonly editor: ReportEditor;
  private readonly peer: RpcPeer<ReportApi, NoApi, ReportEvents>;
  private report: Report | undefined;
  private lastProgress = 'null';

  /** `folder` is the experiment's. */
  constructor(
    folder: string,
    editor: ReportEditor,
    transport: Transport,
    onHandlerError?: (method: string, error: unknown) => void,
  ) {
    this.folder = folder;
    this.editor = editor;
    this.peer = new RpcPeer(transport, checked(this.handlers(), reportParams), {
      ...(onHandlerError && { onHandlerError }),
    });
  }

  /** Tells the page to load again. */
  refresh(): void {
    this.peer.emit('report/changed', null);
  }

  /** Tells the page how far the experiment is, if that is another place than it knows. */
  progressChanged(): void {
    const { progress } = this.editor;
    const text = JSON.stringify(progress);
    if (text === this.lastProgress) return;
    this.lastProgress = text;
    this.peer.emit('report/progress', progress);
  }

  dispose(): void {
    this.peer.close(new TsyndError('cancelled', 'The report was closed.'));
  }

  private handlers(): Handlers<ReportApi> {
    const { editor } = this;
    return {
      'report/load': (_params, { signal }) => this.load(signal),
      'report/images': ({ dataset, indices }, { signal }) => this.readImages(dataset, indices, signal),
      'report/openImage': ({ dataset, index, cell }) => {
        const run = this.folderOf(this.cellBy(({ id }) => id === cell));
        editor.openImage(this.shownImage(run, dataset, index));
        return null;
      },
      'report/openRun': async ({ cell }) => {
        await editor.openRun(this.folderOf(this.cellBy(({ id }) => id === cell)));
        return null;
      },
      'report/save': async ({ format }) => {
        await editor.save(this.requireReport(), format);
        return null;
      },
      'report/continue': () => {
        if (!editor.mayRun) {
          throw new TsyndError('process/unavailable', 'Experiments are off in Restricted Mode.', {
            remedy: 'Trust this workspace to run them.',
          });
        }
        editor.goOn();
        return null;
      },
      'report/stop': () => {
        editor.stop();
        return null;
      },
    };
  }

  private async load(signal: AbortSignal): Promise<ShownReport> {
    const { library, mayRun } = this.editor;
    const report = await library.request('experiment/report', { folder: this.folder }, { signal });
    this.report = report;
    this.editor.loaded(report);
    const { progress } = this.editor;
    // The page may be new, and know of nothing.
    this.lastProgress = JSON.stringify(progress);
    this.peer.emit('report/progress', progress);
    return { report, isRunning: progress !== null, mayRun };
  }

  private async readImages(
    dataset: string,
    indices: readonly number[],
    signal: AbortSignal,
  ): Promise<readonly (ImagePixels | null)[]> {
    // All cells of a dataset have the same test images.
    const run = this.folderOf(this.cellBy(({ status }) => status === 'finished', dataset));
    const read: (ImagePixels | null)[] = [];
    for (let start = 0; start < indices.length; start += READ_AT_A_TIME) {
      const some = indices.slice(start, start + READ_AT_A_TIME);
      read.push(...(await Promise.all(some.map((index) => this.readImage(run, index, signal)))));
    }
    return read;
  }

  private async readImage(run: string, index: number, signal: AbortSignal): Promise<ImagePixels | null> {
    const image = { kind: 'dataset', run, split: 'test', index } as const;
    try {
      const found = await this.editor.library.request('image/read', { image }, { signal });
      return { ...found, pixels: plainPixels(found.pixels) };
    } catch (error) {
      if (signal.aborted || !isGone(error)) throw error;
      return null;
    }
  }

  private shownImage(run: string, dataset: string, index: number): ShownImage {
    const confused = this.requireReport()
      .rows.filter((row) => row.dataset === dataset)
      .flatMap(({ confusion }) => confusion.flatMap(({ images }) => images));
    const file = confused.find((image) => image.index === index)?.file;
    const title = file === undefined ? `test ${index}` : path.posix.basename(file);
    const location = file === undefined ? `${dataset} [test ${index}]` : `${dataset}/${file}`;
    return { image: { kind: 'dataset', run, split: 'test', index }, title, location };
  }

  /** The page can name the cells of its own experiment, and no other folder. */
  private cellBy(isWanted: (cell: ReportCell) => boolean, dataset?: string): ReportCell {
    const rows = this.requireReport().rows.filter((row) => dataset === undefined || row.dataset === dataset);
    const cell = rows.flatMap(({ cells }) => cells).find(isWanted);
    if (cell) return cell;
    throw new TsyndError('run/not-found', 'There is no such training in this experiment.', {
      remedy: 'Open the report again.',
    });
  }

  private folderOf({ folder }: ReportCell): string {
    return path.resolve(this.folder, folder);
  }

  private requireReport(): Report {
    if (this.report) return this.report;
    throw new TsyndError('cancelled', 'The report has not been read yet.');
  }
}

/** Whether it is the image that is missing, and not the process. */
function isGone(error: unknown): boolean {
  return error instanceof TsyndError && !error.code.startsWith('process/') && error.code !== 'internal';
}

/** Node's Buffer, which a page would get as a text of numbers, as the bytes that it holds. */
function plainPixels(pixels: ImagePixels['pixels']): ImagePixels['pixels'] {
  if (pixels instanceof Uint16Array) return pixels;
  return new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
}
