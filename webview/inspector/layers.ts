/** What the inspector shows of an image, in the order of the keys 1 to 3. */
export const INSPECTOR_LAYERS = ['image', 'saliency', 'adversarial'] as const;
export type InspectorLayer = (typeof INSPECTOR_LAYERS)[number];

export const LAYER_NAMES: Readonly<Record<InspectorLayer, string>> = {
  image: 'Image',
  saliency: 'Saliency',
  adversarial: 'Adversarial',
};

export const LAYER_TITLES: Readonly<Record<InspectorLayer, string>> = {
  image: 'The image alone (1)',
  saliency: 'What in the image speaks for a class, to the classifier (2)',
  adversarial: 'What must change until the classifier gives up its class (3)',
};
