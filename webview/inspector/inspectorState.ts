import type { Prediction } from '../../src/protocol/computeApi.ts';
import type { ImagePixels } from '../../src/protocol/imageData.ts';
import type { InspectedImage } from '../../src/protocol/inspectorApi.ts';
import type { ImageDescription } from '../../src/protocol/libraryApi.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';
import type { Failure, Loadable } from '../shared/loadable.ts';
import type { Explanation } from './explanations.ts';

export type InspectorState =
  | ImageState
  | { readonly kind: 'starting' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** No image is active in the editor. */
  | { readonly kind: 'none' };

/** Everything about one image, and about that image only. */
export interface ImageState {
  readonly kind: 'image';
  readonly inspected: InspectedImage;
  readonly pixels: Loadable<ImagePixels>;
  readonly description: Loadable<ImageDescription>;
  /** Whose classifier is asked. */
  readonly run: RunSummary | undefined;
  readonly prediction: Loadable<Prediction> | { readonly status: 'none'; readonly reason: NoModel };
  /** Whose maps stand beside those of `run`. */
  readonly against: RunSummary | undefined;
  /** What the maps of `run`, then of `against`, say of it; absent where no map is wished for. */
  readonly maps?: Maps | undefined;
}

export type Maps =
  | { readonly status: 'none'; readonly reason: NoModel }
  | { readonly status: 'asked'; readonly runs: readonly ExplainedRun[] };

export interface ExplainedRun {
  readonly run: RunSummary;
  readonly explanation: Loadable<Explanation>;
}

/** Why no model is asked at all. */
export type NoModel =
  /** The workspace is not trusted. */
  | 'untrusted'
  /** No run is finished. */
  | 'noRuns'
  /** The image could not be read, which is said in its place. */
  | 'noImage'
  /** What the runs know of it could not be read, which is said there. */
  | 'noDescription';

/** Why no model is asked about an image, as far as that is known. */
export function noModelFor({
  inspected,
  pixels,
  description,
}: Pick<ImageState, 'inspected' | 'pixels' | 'description'>): NoModel | undefined {
  if (!inspected.canPredict) return 'untrusted';
  if (pixels.status === 'failed') return 'noImage';
  if (description.status === 'failed') return 'noDescription';
  return undefined;
}
