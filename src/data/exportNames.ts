/** Names of files in a curated export, or of members of an exported archive. */
export const EXPORT_NAMES = {
  /** What the export is made of: its run, its dataset, how many images. */
  facts: 'tsynd.json',
  /** Where each image comes from, a line an image. */
  metadata: 'metadata.jsonl',
  /** Of archives: the classes in the order of their indices. */
  classNames: 'class_names.json',
  /** Of archives: [N], 1 for the synthetic images of `train`. */
  synthetic: 'train_synthetic.npy',
} as const;
