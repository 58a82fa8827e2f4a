import type { Move } from './selection.ts';

const MOVES: Readonly<Record<string, Move>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'home',
  End: 'end',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
};

export type GridKey =
  | { readonly kind: 'move'; readonly move: Move; readonly mode: 'single' | 'range' | 'cursorOnly' }
  | { readonly kind: 'open' }
  | { readonly kind: 'toggle' }
  | { readonly kind: 'escape' };

/**
 * What a key means in the grid; undefined for those that are not the grid's. Letters and digits are none of its keys:
 * the editor sends them as commands, so that a person can bind others.
 */
export function readGridKey(event: {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}): GridKey | undefined {
  if (event.altKey) return undefined;
  const isToggling = event.ctrlKey || event.metaKey;
  if (Object.hasOwn(MOVES, event.key)) {
    const mode = event.shiftKey ? 'range' : isToggling ? 'cursorOnly' : 'single';
    return { kind: 'move', move: MOVES[event.key], mode };
  }
  if (event.key === ' ' && isToggling) return { kind: 'toggle' };
  if ((event.key === ' ' || event.key === 'Enter') && !isToggling) return { kind: 'open' };
  return event.key === 'Escape' ? { kind: 'escape' } : undefined;
}
