import type { MapRequest } from '../../src/protocol/explanations.ts';
import type { Viewport } from '../shared/imageView/viewport.ts';
import type { WindowLevel } from '../shared/imageView/windowLevel.ts';
import { requestOf } from '../shared/maps/mapChanges.ts';
import { INITIAL_MAP_STATE, readMapState, type MapState } from '../shared/maps/mapState.ts';
import { INSPECTOR_LAYERS, type InspectorLayer } from './layers.ts';
import { fieldsOf } from '../shared/storedState.ts';

/** All that the storage can hold, the image's own percentiles, or what a person has set. */
export type WindowChoice = 'full' | 'automatic' | WindowLevel;

export const IMAGE_TOOLS = ['window', 'pan'] as const;

/** What of the page outlives it: it is destroyed whenever it is hidden, and with the window. */
export interface PageState {
  /** The folder of the run whose classifier is asked. */
  readonly run: string | undefined;
  readonly layer: InspectorLayer;
  readonly maps: MapState;
  readonly tool: (typeof IMAGE_TOOLS)[number];
  readonly isInverted: boolean;
  /** By bit depth, since 8 and 16 bits have nothing in common. */
  readonly windows: Readonly<Record<8 | 16, WindowChoice>>;
  /** By size as `width x height`, latest last: images of a dataset mostly share one. Sizes that fit are absent. */
  readonly viewports: Readonly<Record<string, Viewport>>;
}

export const INITIAL_PAGE_STATE: PageState = {
  run: undefined,
  layer: 'image',
  maps: INITIAL_MAP_STATE,
  tool: 'window',
  isInverted: false,
  // A 12-bit scan in 16 bits would be black in the full window.
  windows: { 8: 'full', 16: 'automatic' },
  viewports: {},
};

/** A page's memory of zoom, in sizes. */
const REMEMBERED_SIZES = 16;

/** The state as it was stored, part by part: what is not there or makes no sense is as at first. */
export function readPageState(stored: unknown): PageState {
  const { run, layer, maps, tool, isInverted, windows, viewports } = fieldsOf(stored);
  const initial = INITIAL_PAGE_STATE;
  const choices = fieldsOf(windows);
  return {
    run: typeof run === 'string' ? run : undefined,
    layer: INSPECTOR_LAYERS.find((known) => known === layer) ?? initial.layer,
    maps: readMapState(maps),
    tool: IMAGE_TOOLS.find((known) => known === tool) ?? initial.tool,
    isInverted: isInverted === true,
    windows: {
      8: readWindow(choices['8']) ?? initial.windows[8],
      16: readWindow(choices['16']) ?? initial.windows[16],
    },
    viewports: Object.fromEntries(
      Object.entries(fieldsOf(viewports))
        .flatMap(([size, value]) => {
          const viewport = readViewport(value);
          return viewport ? [[size, viewport] as const] : [];
        })
        .slice(-REMEMBERED_SIZES),
    ),
  };
}

/** What the page's layer needs of each image; undefined for no map. */
export function mapRequestOf({ layer, maps }: PageState): MapRequest | undefined {
  return layer === 'image' ? undefined : requestOf(maps, layer);
}

export function sizeKey({ width, height }: { readonly width: number; readonly height: number }): string {
  return `${width} x ${height}`;
}

/** With the part that images of that size show now. */
export function withViewport(state: PageState, size: string, viewport: Viewport): PageState {
  const { [size]: _before, ...others } = state.viewports;
  const entries = Object.entries(others);
  if (viewport.scale !== 'fit') entries.push([size, viewport]);
  return { ...state, viewports: Object.fromEntries(entries.slice(-REMEMBERED_SIZES)) };
}

function readWindow(stored: unknown): WindowChoice | undefined {
  if (stored === 'full' || stored === 'automatic') return stored;
  const { window, level } = fieldsOf(stored);
  return isFinite(window) && isFinite(level) && window >= 1 ? { window, level } : undefined;
}

function readViewport(stored: unknown): Viewport | undefined {
  const { scale, center } = fieldsOf(stored);
  const { x, y } = fieldsOf(center);
  return isFinite(scale) && scale > 0 && isFinite(x) && isFinite(y) ? { scale, center: { x, y } } : undefined;
}

function isFinite(value: unknown): value is number {
  return Number.isFinite(value);
}
