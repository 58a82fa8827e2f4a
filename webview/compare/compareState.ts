import { COMPARED_COUNTS, type ComparedCount, type ImageChoice } from '../../src/protocol/compareApi.ts';
import { SCORED_SPLITS, type ScoredSplit } from '../../src/protocol/scoreTable.ts';
import { INITIAL_MAP_STATE, readMapState, type MapState } from '../shared/maps/mapState.ts';

/** What of the page outlives it: it is destroyed whenever it is hidden, and with the window. */
export interface CompareState {
  /** The runs' folders in the page's order, by which the editor finds them again after a reload. */
  readonly runs: readonly [string, string] | undefined;
  /** Absolute paths of the images that the person chose; the editor's, kept for it. */
  readonly files: readonly string[];
  /** Whether those are shown rather than images of a split. */
  readonly showsFiles: boolean;
  readonly split: ScoredSplit;
  readonly count: ComparedCount;
  readonly maps: MapState;
  /** Differences with their sign, or their size alone. */
  readonly isSigned: boolean;
  readonly areControlsOpen: boolean;
  /** Ids of the rows that are open. */
  readonly open: readonly string[];
}

export const INITIAL_COMPARE_STATE: CompareState = {
  runs: undefined,
  files: [],
  showsFiles: false,
  split: 'val',
  count: 8,
  maps: INITIAL_MAP_STATE,
  isSigned: true,
  areControlsOpen: false,
  open: [],
};

/** The state as it was stored, part by part: what is not there or makes no sense is as at first. */
export function readCompareState(stored: unknown): CompareState {
  const state: Readonly<Record<string, unknown>> =
    typeof stored === 'object' && stored !== null ? { ...stored } : {};
  const initial = INITIAL_COMPARE_STATE;
  const runs = readStrings(state.runs);
  const files = readStrings(state.files);
  return {
    runs: runs.length === 2 ? [runs[0], runs[1]] : undefined,
    files,
    showsFiles: state.showsFiles === true && files.length > 0,
    split: SCORED_SPLITS.find((split) => split === state.split) ?? initial.split,
    count: COMPARED_COUNTS.find((count) => count === state.count) ?? initial.count,
    maps: readMapState(state.maps),
    isSigned: state.isSigned !== false,
    areControlsOpen: state.areControlsOpen === true,
    open: readStrings(state.open),
  };
}

/** What the state asks the editor for. */
export function imageChoiceOf({ showsFiles, split, count }: CompareState): ImageChoice {
  return showsFiles ? { kind: 'files' } : { kind: 'split', split, count };
}

function readStrings(stored: unknown): string[] {
  return Array.isArray(stored) ? stored.filter((value) => typeof value === 'string') : [];
}
