import { formatShape } from '../engine/tensor.ts';
import { TsyndError } from '../protocol/errors.ts';
import { SPLIT_NAMES, type SplitName } from './dataset.ts';
import { MAX_HEADER_BYTES, parseNpyHeader, type NpyHeader } from './npy.ts';
import type { InterleavedShape } from './resize.ts';
import type { ZipArchive } from './zipArchive.ts';

const EXPECTED_ARRAYS = SPLIT_NAMES.flatMap((split) => [`${split}_images`, `${split}_labels`]).join(', ');
const RESAVE = 'Save the archive again with arrays that fit each other.';
const MAX_NAMED_ARRAYS = 12;

export interface SplitHeaders {
  readonly split: SplitName;
  readonly images: NpyHeader;
  readonly shape: InterleavedShape;
  /** Number of labels of an image; more than one means multi-label. */
  readonly labelWidth: number;
}

/**
 * The headers of all splits of an archive in MedMNIST's layout, checked against each other and against the sizes
 * that the archive declares, before anything is unpacked. The first is `train`.
 *
 * Throws TsyndError 'dataset/invalid' and 'archive/...'.
 */
export async function readNpzHeaders(archive: ZipArchive): Promise<SplitHeaders[]> {
  const names = new Set(archive.names);
  const arraysOf = (split: SplitName): string[] => [`${split}_images.npy`, `${split}_labels.npy`];
  const splits = SPLIT_NAMES.filter((split) => arraysOf(split).some((name) => names.has(name)));
  const isComplete = splits.flatMap(arraysOf).every((name) => names.has(name));
  if (splits[0] !== 'train' || !isComplete) throw wrongNames(archive);

  const headers: SplitHeaders[] = [];
  for (const split of splits) {
    const images = await readHeader(archive, `${split}_images.npy`);
    const labels = await readHeader(archive, `${split}_labels.npy`);
    headers.push(checkedHeaders(archive.path, split, images, labels));
  }
  for (const header of headers) checkAgreement(archive.path, header, headers[0]);
  return headers;
}

async function readHeader(archive: ZipArchive, name: string): Promise<NpyHeader> {
  const header = parseNpyHeader(await archive.peek(name, MAX_HEADER_BYTES), `${name} in ${archive.path}`);
  const needed = header.dataOffset + header.dataBytes;
  const declared = archive.sizeOf(name);
  if (needed !== declared) {
    throw new TsyndError(
      'archive/corrupt',
      `The array ${name} in ${archive.path} needs ${needed} bytes for its shape ${formatShape(header.shape)}, ` +
        `but ${declared} are stored.`,
      { remedy: 'Download or save the file again.' },
    );
  }
  return header;
}

function checkedHeaders(
  filePath: string,
  split: SplitName,
  images: NpyHeader,
  labels: NpyHeader,
): SplitHeaders {
  const [count, height, width, channels = 1] = images.shape;
  if (images.shape.length < 3 || images.shape.length > 4 || (channels !== 1 && channels !== 3)) {
    const found = formatShape(images.shape);
    throw invalid(filePath, `${split}_images has shape ${found}, expected [N, H, W] or [N, H, W, 3]`, RESAVE);
  }
  if (labels.shape.length < 1 || labels.shape.length > 2) {
    const found = formatShape(labels.shape);
    throw invalid(filePath, `${split}_labels has shape ${found}, expected [N], [N, 1] or [N, L]`, RESAVE);
  }
  if (count !== labels.shape[0]) {
    throw invalid(filePath, `${split} has ${count} images but ${labels.shape[0]} labels`, RESAVE);
  }
  if (images.dataBytes === 0 || labels.dataBytes === 0) {
    throw invalid(
      filePath,
      `the ${split} split is empty`,
      'Leave the arrays of a split out to have it drawn.',
    );
  }
  return { split, images, shape: { count, height, width, channels }, labelWidth: labels.shape[1] ?? 1 };
}

function checkAgreement(filePath: string, header: SplitHeaders, train: SplitHeaders): void {
  const imageShape = formatShape(header.images.shape.slice(1));
  const trainShape = formatShape(train.images.shape.slice(1));
  if (imageShape !== trainShape || header.images.type !== train.images.type) {
    const found = `${header.images.type} ${imageShape} in ${header.split}, ${train.images.type} ${trainShape} in train`;
    throw invalid(filePath, `the images of the splits differ: ${found}`, RESAVE);
  }
  if (header.labelWidth !== train.labelWidth) {
    const found = `${header.labelWidth} in ${header.split}, ${train.labelWidth} in train`;
    throw invalid(filePath, `the splits have different numbers of labels: ${found}`, RESAVE);
  }
}

function wrongNames(archive: ZipArchive): TsyndError {
  const found = archive.names.map((name) => name.replace(/\.npy$/, '')).slice(0, MAX_NAMED_ARRAYS);
  return invalid(
    archive.path,
    `expected the arrays ${EXPECTED_ARRAYS}, but found ${found.join(', ') || 'none'}`,
    'Save the arrays under these names; the pairs of val and test may be left out, and are then drawn from train.',
  );
}

function invalid(filePath: string, reason: string, remedy: string): TsyndError {
  return new TsyndError('dataset/invalid', `${filePath}: ${reason}.`, {
    remedy,
    details: { file: filePath },
  });
}
