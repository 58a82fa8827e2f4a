import {
  DEFAULT_TILE_SIZE,
  TILE_SIZES,
  type GalleryKind,
  type TileSize,
} from '../../src/protocol/galleryApi.ts';
import { SCORED_SPLITS } from '../../src/protocol/scoreTable.ts';
import { COMPARE_MODES, type CompareMode } from '../shared/imageView/compareMode.ts';
import { INITIAL_MAP_STATE, readMapState, type MapState } from '../shared/maps/mapState.ts';
import { fieldsOf } from '../shared/storedState.ts';
import { LAYERS_OF, type LayerId } from './layers.ts';
import {
  DECISION_STATES,
  FIRST_SORT,
  NO_FILTER,
  SORT_KEYS_OF,
  type MiRange,
  type SampleFilter,
  type SampleSort,
} from './sampleView.ts';
import { DIFFERENCE_RANGES, type DifferenceRange } from './signedDifference.ts';

/** What of the page outlives it: it is destroyed whenever it is hidden, and with the window. */
export interface ViewState {
  readonly kind: GalleryKind;
  /** The run's folder, by which the editor finds the run again after a reload; undefined before the first load. */
  readonly run: string | undefined;
  /** Likewise the folder of the scores; undefined in a gallery of samples. */
  readonly scores: string | undefined;
  readonly layer: LayerId;
  readonly sort: SampleSort;
  readonly filter: SampleFilter;
  readonly areFiltersOpen: boolean;
  /** Sample ids; `all` stands for everything that the filter leaves. */
  readonly selection: 'all' | readonly string[];
  /** A sample id. */
  readonly cursor: string | undefined;
  /** The first sample in sight, and how far its top lies below that of the grid's window, in px. */
  readonly scroll: { readonly id: string; readonly offset: number } | undefined;
  /** The least width of a tile in px; tiles grow from there until they fill their line. */
  readonly tileSize: TileSize;
  readonly differenceRange: DifferenceRange;
  /** What layers of maps compute and how they draw it. */
  readonly maps: MapState;
  readonly areMapControlsOpen: boolean;
  /** Sizes in px: the width where the pane stands beside the grid, the height where it lies below. */
  readonly details: { readonly isOpen: boolean; readonly width: number; readonly height: number };
  /** Of the images in the details. */
  readonly compareMode: CompareMode;
  readonly dismissedNotices: readonly string[];
}

export const INITIAL_VIEW_STATE: ViewState = {
  kind: 'samples',
  run: undefined,
  scores: undefined,
  layer: 'synthetic',
  sort: FIRST_SORT.samples,
  filter: NO_FILTER,
  areFiltersOpen: false,
  selection: [],
  cursor: undefined,
  scroll: undefined,
  tileSize: DEFAULT_TILE_SIZE,
  differenceRange: 64,
  maps: INITIAL_MAP_STATE,
  areMapControlsOpen: true,
  details: { isOpen: false, width: 400, height: 320 },
  compareMode: 'sideBySide',
  dismissedNotices: [],
};

const NARROW_PX = 400;
/** Below it, the settings of maps would leave too little room for what they are about. */
const ROOM_FOR_CONTROLS_PX = 600;

/**
 * The state as it was stored, part by part: what is not there or makes no sense is as at first.
 *
 * @param wantedTileSize what the person's settings say of new galleries
 */
export function readViewState(
  stored: unknown,
  pageWidth: number,
  wantedTileSize?: number,
  kind: GalleryKind = 'samples',
): ViewState {
  const state = fieldsOf(stored);
  const sort = fieldsOf(state.sort);
  const details = fieldsOf(state.details);
  const initial = INITIAL_VIEW_STATE;
  const sortKey = readOneOf(SORT_KEYS_OF[kind], sort.key);
  return {
    kind,
    run: readString(state.run),
    scores: readString(state.scores),
    layer: readOneOf(LAYERS_OF[kind], state.layer) ?? LAYERS_OF[kind][0],
    sort: sortKey ? { key: sortKey, isDescending: sort.isDescending === true } : FIRST_SORT[kind],
    filter: readFilter(state.filter),
    areFiltersOpen: state.areFiltersOpen === true,
    selection: state.selection === 'all' ? 'all' : readStrings(state.selection),
    cursor: readString(state.cursor),
    scroll: readScroll(state.scroll),
    tileSize:
      readOneOf(TILE_SIZES, state.tileSize) ??
      (pageWidth < NARROW_PX ? TILE_SIZES[0] : (readOneOf(TILE_SIZES, wantedTileSize) ?? initial.tileSize)),
    differenceRange: readOneOf(DIFFERENCE_RANGES, state.differenceRange) ?? initial.differenceRange,
    maps: readMapState(state.maps),
    areMapControlsOpen: readBoolean(state.areMapControlsOpen) ?? pageWidth >= ROOM_FOR_CONTROLS_PX,
    details: {
      isOpen: details.isOpen === true,
      width: readSize(details.width) ?? initial.details.width,
      height: readSize(details.height) ?? initial.details.height,
    },
    compareMode: readOneOf(COMPARE_MODES, state.compareMode) ?? initial.compareMode,
    dismissedNotices: readStrings(state.dismissedNotices),
  };
}

/** The state for another run: how it looks stays, what speaks of samples goes. */
export function forAnotherRun(state: ViewState, run: string): ViewState {
  const { filter, selection, cursor, scroll, dismissedNotices } = INITIAL_VIEW_STATE;
  return { ...state, run, filter, selection, cursor, scroll, dismissedNotices };
}

function readFilter(stored: unknown): SampleFilter {
  const { classes, decisions, splits, miRange, differsOnly, duplicatesOnly } = fieldsOf(stored);
  const isClass = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;
  return {
    classes: Array.isArray(classes) ? classes.filter(isClass) : [],
    decisions: DECISION_STATES.filter((state) => Array.isArray(decisions) && decisions.includes(state)),
    splits: SCORED_SPLITS.filter((split) => Array.isArray(splits) && splits.includes(split)),
    miRange: readRange(miRange),
    differsOnly: differsOnly === true,
    duplicatesOnly: duplicatesOnly === true,
  };
}

function readRange(stored: unknown): MiRange | undefined {
  const { min, max } = fieldsOf(stored);
  return isFiniteNumber(min) && isFiniteNumber(max) && min <= max ? { min, max } : undefined;
}

function readScroll(stored: unknown): ViewState['scroll'] {
  const { id, offset } = fieldsOf(stored);
  return typeof id === 'string' && isFiniteNumber(offset) ? { id, offset } : undefined;
}

function readSize(stored: unknown): number | undefined {
  return isFiniteNumber(stored) && stored > 0 ? stored : undefined;
}

function readString(stored: unknown): string | undefined {
  return typeof stored === 'string' ? stored : undefined;
}

function readBoolean(stored: unknown): boolean | undefined {
  return typeof stored === 'boolean' ? stored : undefined;
}

function readStrings(stored: unknown): string[] {
  return Array.isArray(stored) ? stored.filter((value) => typeof value === 'string') : [];
}

function readOneOf<T>(values: readonly T[], stored: unknown): T | undefined {
  return values.find((value) => value === stored);
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
