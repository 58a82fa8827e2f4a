import type { MapBatch, MapRequest } from './explanations.ts';
import type { ImageBatch } from './imageData.ts';
import type { Notice, RunSummary } from './runSummary.ts';
import type {
  CurationChange,
  CurationSnapshot,
  Decision,
  SampleDetails,
  SampleTable,
} from './sampleTable.ts';
import type { ScoreDetails, ScoresSummary, ScoreTable } from './scoreTable.ts';

/** The images of what a gallery shows: of a sample two, of a scored image that one. */
export const GALLERY_IMAGES = ['synthetic', 'source', 'image'] as const;
export type GalleryImage = (typeof GALLERY_IMAGES)[number];

/** What the gallery's page asks of the editor. */
export interface GalleryApi {
  /** Everything but pixels and details: what the page shows first, and again when the run has grown. */
  readonly 'gallery/load': { readonly params: null; readonly result: GallerySnapshot };
  readonly 'gallery/images': {
    readonly params: { readonly ids: readonly string[]; readonly of: GalleryImage };
    readonly result: ImageBatch;
  };
  /** Maps of the images that are shown; those of a run's own images are computed once and kept in its folder. */
  readonly 'gallery/maps': {
    readonly params: {
      readonly ids: readonly string[];
      readonly of: GalleryImage;
      readonly request: MapRequest;
    };
    readonly result: MapBatch;
  };
  /** Of a gallery of samples. */
  readonly 'gallery/sample': { readonly params: { readonly id: string }; readonly result: SampleDetails };
  /** Of a gallery of scores. */
  readonly 'gallery/scoredImage': { readonly params: { readonly id: string }; readonly result: ScoreDetails };
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

/** What a gallery shows: the samples of a run, or the images of a dataset with their scores. */
export const GALLERY_KINDS = ['samples', 'scores'] as const;
export type GalleryKind = (typeof GALLERY_KINDS)[number];

export type GallerySnapshot = SamplesSnapshot | ScoresSnapshot;

export interface SamplesSnapshot {
  readonly kind: 'samples';
  readonly run: RunSummary;
  readonly table: SampleTable;
  readonly curation: CurationSnapshot;
  /** Where another window curates the run, or it cannot be written: why, and what to do. Deciding is off then. */
  readonly heldBy?: string | undefined;
  readonly notices: readonly Notice[];
}

/** Real images are looked at; nothing is decided about them. */
export interface ScoresSnapshot {
  readonly kind: 'scores';
  /** The run whose classifier gave the scores. */
  readonly run: RunSummary;
  readonly scores: ScoresSummary;
  readonly table: ScoreTable;
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
  'layer5',
  'layer6',
  'layer7',
  'layer8',
] as const;
export type GalleryCommand = (typeof GALLERY_COMMANDS)[number];
