/** IEEE 754 binary16: one bit of sign, five of exponent (bias 15), ten of fraction. */
export function fromHalves(buffer: ArrayBuffer): Float32Array {
  return Float32Array.from(new Uint16Array(buffer), (bits) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = (bits & 0x3ff) / 1024;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
  });
}

/** bfloat16: the upper half of a binary32. */
export function fromBrain(buffer: ArrayBuffer): Float32Array {
  return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits * 65536).buffer);
}
