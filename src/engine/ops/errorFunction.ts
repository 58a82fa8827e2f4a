/** erf(x) to double precision: its series for small |x|, a continued fraction of erfc otherwise (DLMF 7.6.1, 7.9.1). */
export function errorFunction(x: number): number {
  const size = Math.abs(x);
  if (size < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= -(x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  if (size > 6) return Math.sign(x);
  let fraction = 0;
  for (let n = 100; n > 0; n--) fraction = n / 2 / (size + fraction);
  const erfc = Math.exp(-size * size) / Math.sqrt(Math.PI) / (size + fraction);
  return Math.sign(x) * (1 - erfc);
}
