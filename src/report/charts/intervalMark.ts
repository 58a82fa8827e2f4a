import { scaleLinear } from 'd3-scale';
import { html, type Html } from '../html/html.ts';
import type { DrawnInterval } from '../tables/table.ts';

const WIDTH = 110;
const HEIGHT = 14;
const MARGIN = 5;

/** A difference on a line with zero: a thick bar over seeds, a thin one over seeds and test images, a dot for the mean. */
export function intervalMark({ mean, inner, outer, extent }: DrawnInterval): Html {
  const x = scaleLinear([extent.low, extent.high], [MARGIN, WIDTH - MARGIN]);
  const at = (value: number): string => x(value).toFixed(1);
  const middle = HEIGHT / 2;
  return html`<svg
    class="interval"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    width="${WIDTH}"
    height="${HEIGHT}"
    aria-hidden="true"
  >
    <line class="zero" x1="${at(0)}" x2="${at(0)}" y1="0" y2="${HEIGHT}" />
    ${outer ? html`<line class="outer" x1="${at(outer.low)}" x2="${at(outer.high)}" y1="${middle}" y2="${middle}" />` : undefined}
    <line class="inner" x1="${at(inner.low)}" x2="${at(inner.high)}" y1="${middle}" y2="${middle}" />
    <circle cx="${at(mean)}" cy="${middle}" r="3" />
  </svg>`;
}
