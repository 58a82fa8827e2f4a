/** Largest finite number of half precision: (2 - 2^-10) 2^15. */
export const LARGEST_HALF = 65504;

/** Smallest positive number of half precision with all its digits; below it are denormal ones. */
export const SMALLEST_NORMAL_HALF = 2 ** -14;

/**
 * Numbers as IEEE 754 binary16 (a sign, 5 bits of exponent, 10 of fraction), rounded to nearest, ties to even.
 *
 * What is 65520 or more becomes infinite; what is below 2^-14 loses digits one by one (denormal numbers) and is 0 at
 * 2^-25 and below.
 */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, halfOfBits);
}

/** The binary16 of a binary32, both as bits. */
function halfOfBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // From 65520 on, half way between the largest number and 2^16, which would be the next.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) return sign | roundedShift(magnitude - (112 << 23), 13);
  if (magnitude <= 0x33000000) return sign;
  // Denormal: the fraction with its leading one, in units of 2^-24.
  return sign | roundedShift((magnitude & 0x7fffff) | 0x800000, 126 - (magnitude >>> 23));
}

/** value / 2^count to the nearest whole number, ties to even. */
function roundedShift(value: number, count: number): number {
  const kept = value >>> count;
  const rest = value - kept * 2 ** count;
  const half = 2 ** (count - 1);
  return kept + (rest > half || (rest === half && kept % 2 === 1) ? 1 : 0);
}
