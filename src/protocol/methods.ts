/** Methods that train on real images as they are, or on changed copies of them, without synthetic ones. */
export const PLAIN_METHODS = ['baseline', 'flip-shift', 'mixup'] as const;
/** Methods whose synthetic half of a batch is decoded from latents, and so need an autoencoder. */
export const LATENT_METHODS = [
  'reconstruction',
  'noise',
  'entropy',
  'mi',
  'cross-entropy',
  'latent-fgsm',
] as const;
/**
 * How the images of a batch are made while a classifier trains. `pixel-adversarial` makes its synthetic half in the
 * space of pixels. `src/tsynd` has the source of each.
 */
export const METHODS = [...PLAIN_METHODS, ...LATENT_METHODS, 'pixel-adversarial'] as const;
export type PlainMethod = (typeof PLAIN_METHODS)[number];
export type LatentMethod = (typeof LATENT_METHODS)[number];
export type Method = (typeof METHODS)[number];

export function isPlainMethod(method: Method): method is PlainMethod {
  return PLAIN_METHODS.some((plain) => plain === method);
}

export function isLatentMethod(method: Method): method is LatentMethod {
  return LATENT_METHODS.some((latent) => latent === method);
}

/** Whether samples can be made of a finished run: by its own method, or of plain ones as `mi` makes them. */
export function canMakeSamples(method: Method): boolean {
  return isLatentMethod(method) || isPlainMethod(method);
}

/** Whether a run trains an autoencoder: for its method, or for the samples that it makes in the end. */
export function needsAutoencoder({
  method,
  count,
}: {
  readonly method: Method;
  readonly count: number;
}): boolean {
  return isLatentMethod(method) || count > 0;
}
