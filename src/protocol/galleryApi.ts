import type { ImageBatch } from './imageData.ts';
import type { ImageLayer } from './libraryApi.ts';
import type { Notice, RunSummary } from './runSummary.ts';
import type {
  CurationChange,
  CurationSnapshot,
  Decision,
  SampleDetails,
  SampleTable,
} from './sampleTable.ts';

/** What the gallery's page asks of the editor. */
export interface GalleryApi {
  /** Everything but pixels and details: what the page shows first, and again when the run has grown. */
  readonly 'gallery/load': { readonly params: null; readonly result: GallerySnapshot };
  readonly 'gallery/images': {
    readonly params: { readonly ids: readonly string[]; readonly layer: ImageLayer };
    readonly result: ImageBatch;
  };
  readonly 'gallery/sample': { readonly params: { readonly id: string }; readonly result: SampleDetails };
  readonly 'gallery/decide': {
    readonly params: { readonly ids: readonly string[]; readonly decision: Decision | 'cleared' };
    readonly result: CurationChange;
  };
  readonly 'gallery/undo': { readonly params: null; readonly result: CurationChange };
  readonly 'gallery/redo': { readonly params: null; readonly result: CurationChange };
  readonly 'gallery/openSource': { readonly params: { readonly id: string }; readonly result: null };
  readonly 'gallery/openSynthetic': { readonly params: { readonly id: string }; readonly result: null };
  readonly 'gallery/export': { readonly params: null; readonly result: null };
  /** While a text field has the keys, letters are letters and no commands. */
  readonly 'gallery/textFocus': { readonly params: { readonly hasFocus: boolean }; readonly result: null };
  /** For a run that is not finished: goes on with it, as the tree's action does. */
  readonly 'gallery/resume': { readonly params: null; readonly result: null };
}

export interface GallerySnapshot {
  readonly run: RunSummary;
  readonly table: SampleTable;
  readonly curation: CurationSnapshot;
  /** Where another window curates the run, or it cannot be written: why, and what to do. Deciding is off then. */
  readonly heldBy?: string | undefined;
  readonly notices: readonly Notice[];
}

/** What the editor announces to the page. */
export interface GalleryEvents {
  /** More samples, another status: load again. */
  readonly 'gallery/changed': null;
  /** The dataset's check takes its time, and its notices come later. */
  readonly 'gallery/notices': readonly Notice[];
  /** A key or a palette entry, so that keys can be remapped; see `GalleryCommand`. */
  readonly 'gallery/command': GalleryCommand;
}

/** Sides of a gallery's images in px. */
export const TILE_SIZES = [128, 160, 208, 272] as const;
export type TileSize = (typeof TILE_SIZES)[number];
export const DEFAULT_TILE_SIZE: TileSize = 160;

export const GALLERY_COMMANDS = [
  'accept',
  'reject',
  'clear',
  'acceptFiltered',
  'rejectFiltered',
  'undo',
  'redo',
  'selectAll',
  'toggleDetails',
  'focusFilter',
  'layer1',
  'layer2',
  'layer3',
  'layer4',
] as const;
export type GalleryCommand = (typeof GALLERY_COMMANDS)[number];
