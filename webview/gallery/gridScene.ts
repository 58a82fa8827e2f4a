import type { GridLayout } from './gridLayout.ts';
import type { LoadedRun } from './loadedRun.ts';
import type { Selection } from './selection.ts';

/** What the tiles show; another object for each change, so that lines know when to look again. */
export interface GridScene {
  readonly run: LoadedRun;
  readonly view: Uint32Array;
  readonly selection: Selection;
  readonly layout: GridLayout;
}
