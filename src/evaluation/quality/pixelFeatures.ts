/** Images larger than this are averaged down. */
const LARGEST_SIDE = 32;

/**
 * The pixels of an image `[C, H, W]`, those larger than 32 pixels as means of equal squares, as few as bring them down
 * to that; rows and columns at the end that fill no square are left out.
 */
export function pixelFeatures(
  pixels: Float32Array | Float64Array,
  channels: 1 | 3,
  side: number,
): Float64Array {
  const square = Math.ceil(side / LARGEST_SIDE);
  const reduced = Math.floor(side / square);
  const features = new Float64Array(channels * reduced * reduced);
  features.forEach((_, position) => {
    const [channel, place] = [Math.floor(position / reduced ** 2), position % reduced ** 2];
    const [top, left] = [square * Math.floor(place / reduced), square * (place % reduced)];
    let sum = 0;
    for (let y = top; y < top + square; y++) {
      const row = (channel * side + y) * side + left;
      for (let at = row; at < row + square; at++) sum += pixels[at];
    }
    features[position] = sum / square ** 2;
  });
  return features;
}
