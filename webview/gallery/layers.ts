import type { ImageLayer } from '../../src/protocol/libraryApi.ts';

export const LAYER_IDS = ['synthetic', 'source', 'sideBySide', 'difference'] as const;
export type LayerId = (typeof LAYER_IDS)[number];

/** What the whole grid shows of each sample. A further layer is a further line here and a case in layerPixels.ts. */
export interface Layer {
  readonly id: LayerId;
  /** The number key that the extension binds by default. */
  readonly key: number;
  readonly label: string;
  /** In full, for tooltips and screen readers. */
  readonly description: string;
  readonly needs: readonly ImageLayer[];
  /** Images beside each other: a tile is this many times as wide as high. */
  readonly across: 1 | 2;
}

export const LAYERS: Readonly<Record<LayerId, Layer>> = {
  synthetic: {
    id: 'synthetic',
    key: 1,
    label: 'Synthetic',
    description: 'Synthetic images',
    needs: ['synthetic'],
    across: 1,
  },
  source: {
    id: 'source',
    key: 2,
    label: 'Source',
    description: 'The training images that they were made from',
    needs: ['source'],
    across: 1,
  },
  sideBySide: {
    id: 'sideBySide',
    key: 3,
    label: 'Pairs',
    description: 'Source and synthetic image side by side',
    needs: ['source', 'synthetic'],
    across: 2,
  },
  difference: {
    id: 'difference',
    key: 4,
    label: 'Difference',
    description: 'Signed difference: synthetic minus source',
    needs: ['source', 'synthetic'],
    across: 1,
  },
};
