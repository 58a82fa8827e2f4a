import type { ConfusionPlace } from './reportState.ts';

/** What a click on the report is about. */
export type ClickTarget =
  | { readonly kind: 'confusion'; readonly place: ConfusionPlace }
  | { readonly kind: 'run'; readonly cell: string };

/** From the `data-` attributes of what was clicked; undefined where a click does nothing. */
export function clickTarget({
  confusion,
  run,
}: Readonly<Record<string, string | undefined>>): ClickTarget | undefined {
  if (run !== undefined) return { kind: 'run', cell: run };
  const found = /^(\d+):(\d+):(\d+)$/.exec(confusion ?? '');
  if (!found) return undefined;
  const [row, truth, predicted] = found.slice(1).map(Number);
  return { kind: 'confusion', place: { row, truth, predicted } };
}

/** The `data-confusion` of a cell. */
export function confusionKey({ row, truth, predicted }: ConfusionPlace): string {
  return `${row}:${truth}:${predicted}`;
}
