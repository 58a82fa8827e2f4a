import type { SyntheticFile } from '../../protocol/libraryApi.ts';

/** What the file tree shows of a synthetic image. */
export interface SyntheticDecoration {
  readonly badge: string;
  readonly tooltip: string;
}

/** Exports hold accepted samples alone and keep no decisions, so that only a decision that there is is told. */
export function syntheticDecoration(file: SyntheticFile): SyntheticDecoration {
  const { className, miBefore, miAfter, decision } = file;
  const mi = `MI ${miBefore.toFixed(4)} → ${miAfter.toFixed(4)} nats`;
  const parts = ['Synthetic (TSynD)', className, mi, ...(decision === undefined ? [] : [decision])];
  return { badge: 'S', tooltip: parts.join(', ') };
}
