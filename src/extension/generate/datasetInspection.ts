import type { DatasetSummary } from '../../protocol/datasetSummary.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { LibraryApi } from '../../protocol/libraryApi.ts';
import type { ProcessClient } from '../processes/processClient.ts';
import { Watched } from './watched.ts';

/** How far the reading of a dataset is. */
export type InspectionState =
  | { readonly kind: 'reading'; readonly done: number; readonly total: number | undefined }
  | { readonly kind: 'ready'; readonly summary: DatasetSummary }
  | { readonly kind: 'failed'; readonly error: TsyndError };

/**
 * Reads a dataset in the library process while the person answers questions. The image size decides how it is read, so
 * another size reads it again; what an earlier reading still says is ignored then.
 */
export class DatasetInspection {
  readonly state = new Watched<InspectionState>({ kind: 'reading', done: 0, total: undefined });
  private readonly library: Pick<ProcessClient<LibraryApi>, 'request'>;
  private readonly datasetPath: string;
  private reading:
    { readonly controller: AbortController; readonly imageSize: number | undefined } | undefined;

  constructor(library: Pick<ProcessClient<LibraryApi>, 'request'>, datasetPath: string) {
    this.library = library;
    this.datasetPath = datasetPath;
  }

  /** Does nothing where the dataset has been read at this size (its own when absent), or is being read. */
  start(imageSize: number | undefined): void {
    if (this.reading && this.reading.imageSize === imageSize && this.state.value.kind !== 'failed') return;
    this.cancel();
    const controller = new AbortController();
    this.reading = { controller, imageSize };
    this.state.set({ kind: 'reading', done: 0, total: undefined });
    const tell = (state: InspectionState): void => {
      if (!controller.signal.aborted) this.state.set(state);
    };
    this.library
      .request(
        'dataset/inspect',
        { path: this.datasetPath, ...(imageSize === undefined ? {} : { imageSize }) },
        {
          signal: controller.signal,
          onProgress: ({ done, total }) => tell({ kind: 'reading', done, total }),
        },
      )
      .then(
        (summary) => tell({ kind: 'ready', summary }),
        (error: unknown) => tell({ kind: 'failed', error: asTsyndError(error) }),
      );
  }

  /** Nobody waits any more. */
  cancel(): void {
    this.reading?.controller.abort();
    this.reading = undefined;
  }
}

function asTsyndError(error: unknown): TsyndError {
  if (error instanceof TsyndError) return error;
  return new TsyndError('internal', error instanceof Error ? error.message : String(error), { cause: error });
}
