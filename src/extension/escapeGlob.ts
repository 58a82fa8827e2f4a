/** A glob pattern for this very text: what would be a rule matches itself, among other characters. */
export function escapeGlob(text: string): string {
  return text.replaceAll(/[*?[\]{},!]/g, '?');
}
