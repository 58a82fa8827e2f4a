/** A value as text without where files lie: that decides nothing, what is in them does. */
export function contentOf(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => (key === 'path' ? undefined : part));
}
