import type { HostTensor } from '../../engine/tensor.ts';
import type { FeatureSpaceName } from '../../protocol/quality.ts';

/** Turns images into points that can be compared. Calls must not overlap. */
export interface FeatureSpace {
  readonly name: FeatureSpaceName;
  /** SHA-256 of what computes the features: of the checkpoint, or of a name and version. */
  readonly sha256: string;
  /** Whether its coordinates have no common unit, and are scaled by the training images' deviations. */
  readonly isStandardised: boolean;
  /** Features `[n, D]` of images `[n, C, H, W]` in [0, 1]. */
  measure(images: HostTensor): Promise<Float64Array | Float32Array>;
  dispose(): Promise<void>;
}
