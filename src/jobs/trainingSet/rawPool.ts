import type { ImagePool } from '../../data/assembleDataset.ts';

/** The images of a pool as they were read, resized to the dataset's size, in the pool's own channels and classes. */
export interface RawPool extends ImagePool {
  readonly channels: 1 | 3;
  /** How many had another size. */
  readonly resized: number;
  /** What the labels are positions of, for multi-label [L]. */
  readonly classNames: readonly string[];
  /** A sample's id, or a path or row in the pool. */
  readonly origins: readonly string[];
  /** Where the pool says what its images were derived from. */
  readonly derivation?: Derivation | undefined;
  readonly warnings: readonly string[];
}

/** What the images of a pool were derived from. */
export interface Derivation {
  /** Of the dataset that the parents are in. */
  readonly sha256: string;
  /** [N] As samples and exports name them. */
  readonly parents: readonly ParentImage[];
}

/** A training image: by its file where it has one, else by its row in the archive. */
export interface ParentImage {
  readonly file?: string | undefined;
  readonly index: number;
}
