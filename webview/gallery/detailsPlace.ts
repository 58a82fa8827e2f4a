import type { ViewState } from './viewState.ts';

/** Below this width, in px, the details lie under the grid. */
const STACKED_BELOW = 700;
/** The least size of the details in px, and what they leave to the grid. */
export const LEAST_DETAILS = 200;
const LEAST_GRID = 160;

export interface DetailsPlace {
  /** Whether they lie under the grid, and not beside it. */
  readonly isStacked: boolean;
  /** In px: the height under the grid, the width beside it; and how large it may become. */
  readonly size: number;
  readonly most: number;
}

/** Where the details stand in a page of a size in px, and how large they are. */
export function detailsPlace(
  details: ViewState['details'],
  page: { readonly width: number; readonly height: number },
): DetailsPlace {
  const isStacked = page.width < STACKED_BELOW;
  const most = Math.max(LEAST_DETAILS, (isStacked ? page.height : page.width) - LEAST_GRID);
  const wanted = isStacked ? details.height : details.width;
  return { isStacked, most, size: Math.min(most, Math.max(LEAST_DETAILS, wanted)) };
}
