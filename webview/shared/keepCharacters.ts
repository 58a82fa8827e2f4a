/**
 * For `keydown` of controls that take letters: keeps characters from the editor, which listens further out and would
 * take them for commands until it knows of the focus (see textFocus.ts).
 */
export function keepCharacters(event: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  stopPropagation(): void;
}): void {
  if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
}
