/**
 * Counter-based random numbers: every draw is a pure function of an explicit key and a position, so that the same
 * key gives the same numbers on every machine, in any order, and after a resume.
 *
 * The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011).
 */
export interface RandomKey {
  readonly k0: number;
  readonly k1: number;
}

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

/** The root key of a seed, any safe integer of at least 0. Throws RangeError otherwise. */
export function randomKey(seed: number): RandomKey {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`randomKey: the seed must be a whole number of at least 0, not ${seed}.`);
  }
  return { k0: seed >>> 0, k1: Math.floor(seed / 2 ** 32) >>> 0 };
}

/** A key for one purpose, e.g. `deriveKey(key, 'dropout', epoch, step)`; different paths give unrelated streams. */
export function deriveKey(key: RandomKey, ...path: readonly (string | number)[]): RandomKey {
  let derived = key;
  for (const part of path) {
    const words = typeof part === 'number' ? numberWords(part) : stringWords(part);
    for (let i = 0; i < words.length; i += 3) {
      // The fourth counter word tells key derivation apart from drawing, which leaves it below 2^31.
      const block = philox(
        derived,
        words[i],
        words[i + 1] ?? 0,
        words[i + 2] ?? 0,
        0x80000000 | words.length,
      );
      derived = { k0: block[0], k1: block[1] };
    }
  }
  return derived;
}

/** `count` draws from the uniform distribution on [low, high), 32 bits each. */
export function uniforms(key: RandomKey, count: number, low = 0, high = 1): Float64Array {
  const values = new Float64Array(count);
  fillWords(key, count, (index, word) => {
    values[index] = low + ((high - low) * word) / 4294967296;
  });
  return values;
}

/** `count` draws from the standard normal distribution (Box-Muller). */
export function normals(key: RandomKey, count: number): Float64Array {
  const flat = uniforms(key, 2 * Math.ceil(count / 2));
  const values = new Float64Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - flat[i]));
    const angle = 2 * Math.PI * flat[i + 1];
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

/** `count` whole numbers in [0, bound). */
export function integers(key: RandomKey, count: number, bound: number): Int32Array {
  const values = new Int32Array(count);
  fillWords(key, count, (index, word) => {
    values[index] = Math.floor((word / 4294967296) * bound);
  });
  return values;
}

/** A random order of 0 ... count - 1 (Fisher-Yates). */
export function permutation(key: RandomKey, count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  const draws = uniforms(key, count);
  for (let last = count - 1; last > 0; last--) {
    const chosen = Math.floor(draws[last] * (last + 1));
    const held = order[last];
    order[last] = order[chosen]!;
    order[chosen] = held;
  }
  return order;
}

function fillWords(key: RandomKey, count: number, put: (index: number, word: number) => void): void {
  for (let start = 0; start < count; start += 4) {
    const block = philox(key, start / 4, 0, 0, 0);
    const length = Math.min(4, count - start);
    for (let lane = 0; lane < length; lane++) put(start + lane, block[lane]);
  }
}

function numberWords(value: number): number[] {
  if (!Number.isSafeInteger(value)) throw new RangeError(`deriveKey: ${value} is not a whole number.`);
  return [value >>> 0, Math.floor(value / 2 ** 32) >>> 0, 1];
}

function stringWords(text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  const words = [bytes.length, 0, 2];
  for (let i = 0; i < bytes.length; i += 4) {
    const at = (offset: number): number => (bytes[i + offset] ?? 0) << (8 * offset);
    words.push((at(0) | at(1) | at(2) | at(3)) >>> 0);
  }
  return words;
}

const block = new Uint32Array(4);

/** One Philox block of four 32-bit words; the array is reused by the next call. */
function philox(key: RandomKey, c0: number, c1: number, c2: number, c3: number): Uint32Array {
  let { k0, k1 } = key;
  let [x0, x1, x2, x3] = [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, x0);
    const low0 = Math.imul(MULTIPLIER_0, x0) >>> 0;
    const high1 = multiplyHigh(MULTIPLIER_1, x2);
    const low1 = Math.imul(MULTIPLIER_1, x2) >>> 0;
    [x0, x1, x2, x3] = [(high1 ^ x1 ^ k0) >>> 0, low1, (high0 ^ x3 ^ k1) >>> 0, low0];
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  block[0] = x0;
  block[1] = x1;
  block[2] = x2;
  block[3] = x3;
  return block;
}

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const [aHigh, aLow, bHigh, bLow] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(carry / 65536)) >>> 0;
}
