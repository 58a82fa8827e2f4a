import { z } from 'zod';

const share = z.number().min(0).max(1);
const number = z.number();
const count = z.int().min(0);

/**
 * A feature space by name, in which images are compared. None is Inception's, so no distance in it is called FID or KID:
 * they are FD-<name> and KD-<name>.
 *
 * - `pixels`: the images themselves, those larger than 32 pixels averaged down to that; nothing is trained.
 * - `radiomics`: first-order statistics, grey-level co-occurrence, gradients and wavelet energies; nothing is trained.
 * - `classifier`: the pooled features of a finished run's classifier.
 * - `autoencoder`: the mean latent of a finished run's autoencoder.
 */
export const FEATURE_SPACES = ['pixels', 'radiomics', 'classifier', 'autoencoder'] as const;
export type FeatureSpaceName = (typeof FEATURE_SPACES)[number];

/** How the distribution of some images differs from that of real training images. */
const distancesSchema = z.strictObject({
  /** Frechet distance of two Gaussians (Heusel et al., arXiv 1706.08500); null where there are fewer than two images. */
  frechet: number.nullable(),
  /** Unbiased squared MMD with a cubic kernel, mean and deviation over subsets (Binkowski et al., arXiv 1801.01401). */
  kernel: z.strictObject({ mean: number, deviation: number, subsetSize: count }).nullable(),
  /** Kynkaanniemi et al., arXiv 1904.06991; Naeem et al., arXiv 2002.09797. */
  precision: share,
  recall: share,
  density: z.number().min(0),
  coverage: share,
});

const copiesSchema = z.strictObject({
  /** Synthetic images with exactly the pixels of a real one of the split. */
  exact: count,
  /** Those nearer to a real image than 5 % of the split's images are to their own nearest neighbour. */
  near: count,
  /** Median distance to the nearest image of the split. */
  medianDistance: number,
});

/** Quality and copying of a pool of synthetic images against a dataset. */
export const qualityReportSchema = z.strictObject({
  formatVersion: z.literal(1),
  /** Path of the pool. */
  pool: z.string(),
  measuredAt: z.iso.datetime(),
  dataset: z.strictObject({ name: z.string(), sha256: z.string() }),
  images: z.strictObject({ synthetic: count, train: count, val: count, test: count }),
  /** Images of each set whose distributions are compared: equally many, as the distances are biased by their number. */
  compared: count.exactOptional(),
  spaces: z.array(
    z.strictObject({
      /** That distances are called after: `FD-<name>`, `KD-<name>`. */
      name: z.string(),
      /** SHA-256 of what computes the features: of the checkpoint, or of a name and version. */
      sha256: z.string(),
      dimensions: count,
      /** Neighbours (k) of precision, recall, density and coverage. */
      neighbours: count,
      synthetic: distancesSchema,
      /** The same of real validation images: as near as real images come. */
      floor: distancesSchema,
      /** The same of training images with Gaussian noise, by its sigma: how much a known change is. */
      ladder: z.array(z.strictObject({ sigma: number, distances: distancesSchema })),
      copies: z.strictObject({ train: copiesSchema, val: copiesSchema, test: copiesSchema }),
      /**
       * Share of synthetic images that are authentic: farther from their nearest training image than that one is from
       * its own nearest neighbour (Alaa et al., arXiv 2102.08921).
       */
      authentic: share,
    }),
  ),
  /** In the space `pixels`; absent where the pool does not say which image a synthetic one was derived from. */
  parents: z
    .strictObject({
      known: count,
      /** Median RMS distance of synthetic image and parent, and of parents and their own nearest other real image. */
      medianToParent: number,
      medianParentToNearest: number,
      /** Share nearer to its parent than the 5th percentile of real images' distances to their nearest neighbour. */
      closerThanReal: share,
      /** Share whose nearest training image is the parent. */
      nearestIsParent: share,
    })
    .exactOptional(),
  /** Share of the pool whose label an independent classifier predicts; by class, then of all. */
  agreement: z
    .strictObject({ judge: z.string(), byClass: z.array(share.nullable()), all: share })
    .exactOptional(),
  warnings: z.array(z.string()),
});

export type QualityDistances = z.infer<typeof distancesSchema>;
export type QualityCopies = z.infer<typeof copiesSchema>;
export type QualityReport = z.infer<typeof qualityReportSchema>;
