/** A request as one text, whichever order its fields have: both ends of a boundary know it by that. */
export function earlyKey(method: string, params: unknown): string {
  return JSON.stringify([method, params], (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
