import path from 'node:path';

import { TsyndError } from '../../protocol/errors.ts';
import type { ImageRef } from '../../protocol/imageData.ts';

/** An image that an inspector shows, or says why it cannot. */
export interface ShownImage {
  readonly image: ImageRef;
  readonly title: string;
  /** Path as a person knows it. */
  readonly location: string;
  /** Of a file, the address by which the editor's tabs know it. */
  readonly address?: string | undefined;
  /** Why nothing can be read of it, where that is known without trying. */
  readonly problem?: TsyndError | undefined;
}

/** Of a `vscode.Uri` what says where a file lies. */
export interface FileAddress {
  readonly scheme: string;
  readonly path: string;
  readonly fsPath: string;
}

const IMAGE_FILE = /\.(png|jpe?g|bmp|tiff?|gif|webp)$/i;

/** By the name's ending, as the menus do. */
export function isImageFile(name: string): boolean {
  return IMAGE_FILE.test(name);
}

/** Whether both processes and the editor know the file by its path. A remote extension host sees its files as such. */
export function isOnDisk({ scheme }: FileAddress): boolean {
  return scheme === 'file' || scheme === 'vscode-remote';
}

/** An image file as an inspector shows it; `location` is its path as a person knows it. */
export function shownFile(file: FileAddress, location: string): ShownImage {
  const title = path.posix.basename(file.path);
  const shown = { image: { kind: 'file', path: file.fsPath }, title, location } as const;
  if (isOnDisk(file)) return shown;
  const problem = new TsyndError(
    'image/unreadable',
    `${title} is in a virtual file system ('${file.scheme}'), and TSynD reads files on the disk only.`,
    { remedy: 'Save it into a folder of the workspace and open it there.' },
  );
  return { ...shown, problem };
}

/** The training image that a sample was derived from, also where it is a row of an archive and no file. */
export function shownSource(run: string, sampleId: string, location: string): ShownImage {
  return { image: { kind: 'source', run, sampleId }, title: `Source of ${sampleId}`, location };
}

/** An image that was scored, also where it is a row of an archive and no file. */
export function shownScored(folder: string, id: string, location: string): ShownImage {
  return { image: { kind: 'scored', folder, id }, title: id, location };
}

export function isSameImage(a: ImageRef, b: ImageRef): boolean {
  return keyOf(a) === keyOf(b);
}

function keyOf(image: ImageRef): string {
  const parts = Object.entries(image).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(parts);
}
