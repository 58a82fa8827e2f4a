import { TsyndError } from '../../protocol/errors.ts';
import type { GalleryImage } from '../../protocol/galleryApi.ts';
import type { ImageRef } from '../../protocol/imageData.ts';
import type { ImageLayer } from '../../protocol/libraryApi.ts';

/** Where the images of a gallery come from: the samples of a run, or a folder of scores. */
export type GallerySubject =
  | { readonly kind: 'samples'; readonly run: string }
  | { readonly kind: 'scores'; readonly run: string; readonly folder: string };

/** Throws TsyndError 'process/protocol' where that kind of gallery has no such images. */
export function imageRefOf(subject: GallerySubject, of: GalleryImage, id: string): ImageRef {
  if (subject.kind === 'samples') {
    return { kind: sampleImage(of), run: subject.run, sampleId: id };
  }
  if (of !== 'image') throw noSuchImage(of);
  return { kind: 'scored', folder: subject.folder, id };
}

/** An image of a sample. Throws TsyndError 'process/protocol' for others. */
export function sampleImage(of: GalleryImage): ImageLayer {
  if (of === 'image') throw noSuchImage(of);
  return of;
}

function noSuchImage(of: GalleryImage): TsyndError {
  return new TsyndError('process/protocol', `This gallery has no images of the kind '${of}'.`);
}
