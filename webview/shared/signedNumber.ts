/** With its sign, `+0.125` or `−0.125`, the minus a real one; what rounds to zero has none. */
export function formatSigned(value: number, decimals: number): string {
  const size = Math.abs(value).toFixed(decimals);
  if (Number(size) === 0) return size;
  return `${value < 0 ? '−' : '+'}${size}`;
}
