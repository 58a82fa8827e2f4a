import { html, svg, type TemplateResult } from 'lit';

/** Strokes on a grid of 16 by 16, drawn in the colour of the text around them. */
const STROKES = {
  accept: 'M3 8.5 6.5 12 13 4.5',
  reject: 'M4 4l8 8M12 4l-8 8',
  clear: 'M3.5 8h9',
  undo: 'M5.5 3 2.5 6l3 3M2.5 6H10a3.5 3.5 0 0 1 0 7H6',
  redo: 'M10.5 3l3 3-3 3M13.5 6H6a3.5 3.5 0 0 0 0 7h4',
  filter: 'M2 3.5h12M4.5 8h7M6.5 12.5h3',
  ascending: 'M8 13V3M4 7l4-4 4 4',
  descending: 'M8 3v10M4 9l4 4 4-4',
  details: 'M2 3h12v10H2zM10 3v10',
  close: 'M4 4l8 8M12 4l-8 8',
  export: 'M8 10V2.5M5 5.5l3-3 3 3M3 10v3.5h10V10',
  differs: 'M3.5 6h9M3.5 10h9M10.5 2.5l-5 11',
  info: 'M8 7.5V11M8 5.2v.1M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12z',
  warning: 'M8 6.5v3M8 11.4v.1M8 2.5 14 13.5H2z',
  error: 'M6 6l4 4M10 6l-4 4M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12z',
  lock: 'M4 7.5h8V13H4zM5.5 7.5V5.5a2.5 2.5 0 0 1 5 0v2',
  larger: 'M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z',
  smaller:
    'M2.5 2.5h2v2h-2zM7 2.5h2v2H7zM11.5 2.5h2v2h-2zM2.5 7h2v2h-2zM7 7h2v2H7zM11.5 7h2v2h-2zM2.5 11.5h2v2h-2zM7 11.5h2v2H7zM11.5 11.5h2v2h-2z',
  adjust: 'M2 4.5h7M12 4.5h2M9 2.5h3v4H9zM2 11.5h2M7 11.5h7M4 9.5h3v4H4z',
  copies: 'M2.5 2.5h8v8h-8zM5.5 13.5h8v-8',
  previous: 'M10 3 5 8l5 5',
  next: 'M6 3l5 5-5 5',
} as const;

export type IconName = keyof typeof STROKES;

/** The shape of an icon, for elements that are made by hand. */
export function iconPath(name: IconName): string {
  return STROKES[name];
}

/** A decoration without a name of its own; what it stands beside must say it in words. `slot` is that of its parent. */
export function icon(name: IconName, slot?: string): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" slot=${slot ?? ''}>
    ${svg`<path d=${STROKES[name]}></path>`}
  </svg>`;
}
