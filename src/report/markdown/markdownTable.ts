import { labelOf, textOf, type Table } from '../tables/table.ts';

/** A table as GitHub's Markdown, without its title. */
export function markdownTable({ columns, rows, notes }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map((column) => escapeMarkdown(labelOf(column)))),
    line(columns.map(({ isNumber }) => (isNumber === true ? '---:' : '---'))),
    ...rows.map((row) => line(row.map((cell) => escapeMarkdown(textOf(cell))))),
    ...(notes.length > 0 ? ['', ...notes.map(escapeMarkdown)] : []),
  ].join('\n');
}

/** Text that Markdown shows as it is, on one line. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|~&#]/g, (character) => `\\${character}`)
    .replace(/^([-+]|\d+[.)]) /, (start) => `\\${start}`)
    .trim();
}

/** A block of code whose fence is longer than any in it. */
export function codeBlock(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, text.trimEnd(), fence].join('\n');
}
