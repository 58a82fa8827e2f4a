import { deriveKey, integers, uniforms, type RandomKey } from '../engine/random.ts';
import { floatTensor, type HostTensor } from '../engine/tensor.ts';

/** Largest shift as a share of the side: 3 px of 28. */
const SHIFT_SHARE = 3 / 28;

/**
 * Images `[N, C, H, H]`, each flipped left to right with probability 1/2 and shifted by up to about a tenth of its
 * side, with the border repeated: the usual augmentation of small images (He et al., arXiv 1512.03385, section 4.2, pad
 * and crop; borders are repeated here, since black ones would be new edges). Each image's draws depend on its position.
 */
export function flipAndShift({ shape, data }: HostTensor, key: RandomKey): HostTensor {
  const [count, channels, side] = shape as readonly [number, number, number, number];
  const reach = Math.max(1, Math.round(side * SHIFT_SHARE));
  const flips = uniforms(deriveKey(key, 'flip'), count);
  const shifts = integers(deriveKey(key, 'shift'), 2 * count, 2 * reach + 1).map((draw) => draw - reach);
  const changed = new Float32Array(data.length);
  const clamp = (position: number): number => Math.min(Math.max(position, 0), side - 1);
  let target = 0;
  for (let image = 0; image < count; image++) {
    const isFlipped = flips[image] < 0.5;
    const [down, right] = shifts.subarray(2 * image, 2 * image + 2);
    for (let channel = 0; channel < channels; channel++) {
      const plane = (image * channels + channel) * side * side;
      for (let y = 0; y < side; y++) {
        const row = plane + clamp(y - down) * side;
        for (let x = 0; x < side; x++) {
          const column = clamp(x - right);
          changed[target++] = data[row + (isFlipped ? side - 1 - column : column)];
        }
      }
    }
  }
  return floatTensor(shape, changed);
}
