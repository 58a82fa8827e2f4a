import path from 'node:path';

import type { ComparedImages, ImageChoice } from '../../protocol/compareApi.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { ImagePixels, ImageRef } from '../../protocol/imageData.ts';
import type { DatasetImage, LibraryApi } from '../../protocol/libraryApi.ts';
import type { Notice, RunSummary } from '../../protocol/runSummary.ts';
import type { ProcessClient } from '../processes/processClient.ts';

type Library = Pick<ProcessClient<LibraryApi>, 'request'>;
type DatasetImages = LibraryApi['run/datasetImages']['result'];

/** Describing reads a few files each; more at a time would keep the library from answering others. */
const DESCRIBED_AT_A_TIME = 4;

/** The images that two runs are compared on: the page knows them by ids, and can name no other. */
export class ComparedImageSet {
  private readonly library: Library;
  /** By id, what each of the two runs calls the image. */
  private refs = new Map<string, readonly [ImageRef, ImageRef]>();

  constructor(library: Library) {
    this.library = library;
  }

  forget(): void {
    this.refs = new Map();
  }

  /** `runFolders` are those whose runs may know what a file is called. */
  async load(
    choice: ImageChoice,
    runs: readonly [RunSummary, RunSummary],
    files: readonly string[],
    runFolders: readonly string[],
    signal: AbortSignal,
  ): Promise<ComparedImages> {
    this.forget();
    return choice.kind === 'files'
      ? this.loadFiles(files, runFolders, signal)
      : this.loadSplit(choice, runs, signal);
  }

  /** What a run calls the image: 0 for the first run, 1 for the second. Throws TsyndError 'cancelled' for others. */
  refOf(id: string, side: 0 | 1): ImageRef {
    const refs = this.refs.get(id);
    if (!refs) throw new TsyndError('cancelled', 'Other images are compared now.');
    return refs[side];
  }

  read(id: string, signal: AbortSignal): Promise<ImagePixels> {
    return this.library.request('image/read', { image: this.refOf(id, 0) }, { signal });
  }

  private async loadFiles(
    files: readonly string[],
    folders: readonly string[],
    signal: AbortSignal,
  ): Promise<ComparedImages> {
    const images: ComparedImages['images'][number][] = [];
    for (let start = 0; start < files.length; start += DESCRIBED_AT_A_TIME) {
      const some = files.slice(start, start + DESCRIBED_AT_A_TIME);
      const described = await Promise.all(some.map((file) => this.classOf(file, folders, signal)));
      images.push(
        ...some.map((file, index) => ({
          id: `file-${start + index}`,
          title: path.basename(file),
          className: described[index],
        })),
      );
    }
    this.refs = new Map(
      files.map((file, index) => {
        const image: ImageRef = { kind: 'file', path: file };
        return [`file-${index}`, [image, image]];
      }),
    );
    return { images, notices: [] };
  }

  /** Undefined also where nothing can be read: the image itself will say why. */
  private async classOf(
    file: string,
    folders: readonly string[],
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const image = { kind: 'file', path: file } as const;
    try {
      return (await this.library.request('image/describe', { image, folders }, { signal })).className;
    } catch (error) {
      if (signal.aborted) throw error;
      return undefined;
    }
  }

  private async loadSplit(
    { split, count }: Extract<ImageChoice, { kind: 'split' }>,
    [first, second]: readonly [RunSummary, RunSummary],
    signal: AbortSignal,
  ): Promise<ComparedImages> {
    const ask = ({ folder }: RunSummary): Promise<DatasetImages> =>
      this.library.request('run/datasetImages', { run: folder, split, limit: count }, { signal });
    const [own, others] = [await ask(first), await ask(second)];
    const isShared = areSame(own, others);
    this.refs = new Map(
      own.images.map(({ image }, index) => [
        `${index}`,
        [image, isShared ? others.images[index].image : image],
      ]),
    );
    return {
      images: own.images.map(({ title, className }, index) => ({ id: `${index}`, title, className })),
      pixels: { ...own.pixels, pixels: plainBytes(own.pixels.pixels) },
      notices: isShared ? [] : [otherSplits(first, second)],
    };
  }
}

/** Runs draw the splits of datasets that have none of their own from their seeds, so that these may differ. */
function areSame(own: DatasetImages, others: DatasetImages): boolean {
  const nameOf = ({ title, className, image }: DatasetImage): string =>
    JSON.stringify([title, className, image.kind === 'dataset' && image.index]);
  if (own.images.map(nameOf).join() !== others.images.map(nameOf).join()) return false;
  // Runs of other image sizes have other pixels of the same images.
  if (own.pixels.width !== others.pixels.width || own.pixels.height !== others.pixels.height) return true;
  const theirs = others.pixels.pixels;
  return own.pixels.pixels.every((value, index) => value === theirs[index]);
}

function otherSplits(first: RunSummary, second: RunSummary): Notice {
  const message =
    `The two runs drew different splits. These images are ${first.id}’s, and ${second.id} may have trained on ` +
    'some of them.';
  return { severity: 'warning', message };
}

/** Node's Buffer, which a page would get as a text of numbers, as the bytes that it holds. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
