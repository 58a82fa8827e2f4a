import type { LayerOption } from '../shared/layerOption.ts';

/** What the inspector shows of an image, in the order of the keys 1 to 3. */
export const INSPECTOR_LAYERS = ['image', 'saliency', 'adversarial'] as const;
export type InspectorLayer = (typeof INSPECTOR_LAYERS)[number];

const WORDS: Readonly<Record<InspectorLayer, Omit<LayerOption, 'id'>>> = {
  image: { label: 'Image', title: 'The image alone (1)' },
  saliency: {
    label: 'Saliency',
    title: 'What in the image speaks for a class, to the classifier (2)',
  },
  adversarial: {
    label: 'Adversarial',
    title: 'What must change until the classifier gives up its class (3)',
  },
};

export const LAYER_OPTIONS: readonly LayerOption[] = INSPECTOR_LAYERS.map((id) => ({ id, ...WORDS[id] }));
