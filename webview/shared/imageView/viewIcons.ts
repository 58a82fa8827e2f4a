import { html, svg, type TemplateResult } from 'lit';

/** Outlines and filled parts on a grid of 16 by 16, for looking at images; the others are in ../icons.ts. */
const SHAPES = {
  window: { stroke: 'M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2z', fill: 'M8 2a6 6 0 0 1 0 12z' },
  pan: {
    stroke:
      'M8 2v12M2 8h12M6.2 3.8 8 2l1.8 1.8M6.2 12.2 8 14l1.8-1.8M3.8 6.2 2 8l1.8 1.8M12.2 6.2 14 8l-1.8 1.8',
  },
  zoomIn: { stroke: 'M6.8 11.3a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.2 10.2 14 14M6.8 4.8v4M4.8 6.8h4' },
  zoomOut: { stroke: 'M6.8 11.3a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.2 10.2 14 14M4.8 6.8h4' },
  actualSize: { stroke: 'M3 5.8 4.5 4.5v7M11 5.8l1.5-1.3v7M8 6.4v.1M8 9.8v.1' },
  fit: { stroke: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10' },
  invert: { stroke: 'M3 3h10v10H3z', fill: 'M3 13 13 3v10z' },
  reset: { stroke: 'M3.2 6.5A5 5 0 1 1 3 8.6M3 2.8v3.7h3.7' },
  automatic: { stroke: 'M2.5 13h11M2.5 13c2.5 0 3-8.5 5.5-8.5s3 8.5 5.5 8.5' },
  sideBySide: { stroke: 'M2 3.5h5v9H2zM9 3.5h5v9H9z' },
  swipe: { stroke: 'M2 3.5h12v9H2zM8 2v12', fill: 'M8 3.5h6v9H8z' },
  picture: { stroke: 'M2 3h12v10H2zM2.5 11.5 6 8l2.5 2.5L11 8l2.7 2.7M10.5 5.8v.1' },
} as const;

export type ViewIconName = keyof typeof SHAPES;

/** A decoration without a name of its own; what it stands beside must say it in words. */
export function viewIcon(name: ViewIconName): TemplateResult {
  const shape: { readonly stroke: string; readonly fill?: string } = SHAPES[name];
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
    ${svg`<path d=${shape.stroke}></path>`}
    ${shape.fill && svg`<path d=${shape.fill} fill="currentColor" stroke="none"></path>`}
  </svg>`;
}
