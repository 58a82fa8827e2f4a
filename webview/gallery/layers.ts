import type { MapRequest } from '../../src/protocol/explanations.ts';
import type { GalleryImage, GalleryKind } from '../../src/protocol/galleryApi.ts';
import type { LayerOption } from '../shared/layerOption.ts';

export const LAYER_IDS = [
  'synthetic',
  'source',
  'sideBySide',
  'difference',
  'saliencySource',
  'saliencySynthetic',
  'saliencyPairs',
  'adversarial',
  'image',
  'saliencyImage',
  'adversarialImage',
] as const;
export type LayerId = (typeof LAYER_IDS)[number];

/** The layers of each kind of gallery; the n-th is shown by the number key n that the extension binds by default. */
export const LAYERS_OF: Readonly<Record<GalleryKind, readonly LayerId[]>> = {
  samples: [
    'synthetic',
    'source',
    'sideBySide',
    'difference',
    'saliencySource',
    'saliencySynthetic',
    'saliencyPairs',
    'adversarial',
  ],
  scores: ['image', 'saliencyImage', 'adversarialImage'],
};

/** What the whole grid shows of each sample. A further layer is a further line here and a case in layerPixels.ts. */
export interface Layer {
  readonly id: LayerId;
  /** Stands before the first of layers that belong together, so that their own labels can be short. */
  readonly group?: string;
  readonly label: string;
  /** In full, for tooltips and screen readers. */
  readonly description: string;
  readonly needs: readonly GalleryImage[];
  /** A map that lies over each of the images. */
  readonly map?: MapRequest['kind'];
  /** Images beside each other: a tile is this many times as wide as high. */
  readonly across: 1 | 2;
}

export const LAYERS: Readonly<Record<LayerId, Layer>> = {
  synthetic: {
    id: 'synthetic',
    label: 'Synthetic',
    description: 'Synthetic images',
    needs: ['synthetic'],
    across: 1,
  },
  source: {
    id: 'source',
    label: 'Source',
    description: 'The training images that they were made from',
    needs: ['source'],
    across: 1,
  },
  sideBySide: {
    id: 'sideBySide',
    label: 'Pairs',
    description: 'Source and synthetic image side by side',
    needs: ['source', 'synthetic'],
    across: 2,
  },
  difference: {
    id: 'difference',
    label: 'Difference',
    description: 'Signed difference: synthetic minus source',
    needs: ['source', 'synthetic'],
    across: 1,
  },
  saliencySource: {
    id: 'saliencySource',
    group: 'Saliency',
    label: 'Before',
    description: 'What speaks for the class in the source image',
    needs: ['source'],
    map: 'saliency',
    across: 1,
  },
  saliencySynthetic: {
    id: 'saliencySynthetic',
    group: 'Saliency',
    label: 'After',
    description: 'What speaks for the class in the synthetic image',
    needs: ['synthetic'],
    map: 'saliency',
    across: 1,
  },
  saliencyPairs: {
    id: 'saliencyPairs',
    group: 'Saliency',
    label: 'Both',
    description: 'What speaks for the class, in the source and in the synthetic image side by side',
    needs: ['source', 'synthetic'],
    map: 'saliency',
    across: 2,
  },
  adversarial: {
    id: 'adversarial',
    label: 'Adversarial',
    description: 'What must change in the synthetic image for its class to be given up',
    needs: ['synthetic'],
    map: 'adversarial',
    across: 1,
  },
  image: {
    id: 'image',
    label: 'Image',
    description: 'The images as the classifier sees them',
    needs: ['image'],
    across: 1,
  },
  saliencyImage: {
    id: 'saliencyImage',
    label: 'Saliency',
    description: 'What speaks for the class in the image',
    needs: ['image'],
    map: 'saliency',
    across: 1,
  },
  adversarialImage: {
    id: 'adversarialImage',
    label: 'Adversarial',
    description: 'What must change in the image for its class to be given up',
    needs: ['image'],
    map: 'adversarial',
    across: 1,
  },
};

/** The number key of a layer. */
export function layerKey(kind: GalleryKind, id: LayerId): number {
  return LAYERS_OF[kind].indexOf(id) + 1;
}

/** What the toolbar offers, each with the key that shows it. */
export function layerOptions(kind: GalleryKind): readonly LayerOption[] {
  return LAYERS_OF[kind].map((id) => {
    const { label, group, description } = LAYERS[id];
    return { id, label, group, title: `${description} (${layerKey(kind, id)})` };
  });
}
