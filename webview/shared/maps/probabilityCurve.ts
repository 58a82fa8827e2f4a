import { css, html, LitElement, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { baseStyles } from '../baseStyles.ts';
import { curvePoints, describeCurve } from './curveShape.ts';

/** The drawing's size in its own units, which are CSS pixels at its usual size. */
const WIDTH = 200;
const HEIGHT = 136;
const PLOT = { left: 22, top: 8, right: 192, bottom: 100 } as const;

/** The probability of a class along the steps that take it away, with a mark where the prediction flips. */
@customElement('tsynd-probability-curve')
export class ProbabilityCurve extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: block;
        min-width: 0;
        container-type: inline-size;
      }

      svg {
        display: block;
        width: 100%;
        height: 100%;
        max-width: 240px;
      }

      text {
        fill: var(--vscode-descriptionForeground, currentColor);
        font-size: 10px;
        font-variant-numeric: tabular-nums;
      }

      .flip-label {
        fill: var(--vscode-foreground, currentColor);
      }

      /* The drawing shrinks with its place, and would take its words along until nobody can read them. */
      @container (max-width: 150px) {
        text {
          font-size: 15px;
        }

        .axis-name {
          display: none;
        }
      }

      .axis,
      .flip {
        fill: none;
        stroke: var(--vscode-descriptionForeground, currentColor);
      }

      .flip {
        stroke-dasharray: 3 2;
      }

      .curve {
        fill: none;
        stroke: var(--vscode-charts-blue, currentColor);
        stroke-width: 1.75;
        stroke-linejoin: round;
      }

      circle {
        fill: var(--vscode-charts-blue, currentColor);
      }

      @media (forced-colors: active) {
        text,
        .flip-label {
          fill: CanvasText;
        }

        .axis,
        .flip {
          stroke: CanvasText;
        }

        .curve {
          stroke: Highlight;
        }

        circle {
          fill: Highlight;
        }
      }
    `,
  ];

  /** [steps + 1] as AdversarialChange has them. */
  @property({ attribute: false }) probs: readonly number[] = [];
  @property({ attribute: false }) flippedAt: number | undefined;

  override render(): TemplateResult {
    const { probs, flippedAt } = this;
    if (probs.length === 0) return html``;
    const points = curvePoints(probs).map(({ x, y }) => ({ x: acrossOf(x), y: downOf(y) }));
    const flip = flippedAt === undefined ? undefined : points[flippedAt];
    const last = points[points.length - 1];
    return html`<svg
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      role="img"
      aria-label=${describeCurve(probs, flippedAt)}
    >
      <path class="axis" d="M${PLOT.left} ${PLOT.top}V${PLOT.bottom}H${PLOT.right}"></path>
      ${label(PLOT.left - 5, PLOT.top + 4, '1', 'end')} ${label(PLOT.left - 5, PLOT.bottom + 2, '0', 'end')}
      ${label(PLOT.left, PLOT.bottom + 13, '0', 'middle')}
      ${probs.length > 1 ? label(PLOT.right, PLOT.bottom + 13, `${probs.length - 1}`, 'end') : nothing}
      <text class="axis-name" x=${(PLOT.left + PLOT.right) / 2} y=${PLOT.bottom + 13} text-anchor="middle">
        step
      </text>
      <text
        class="axis-name"
        transform="rotate(-90)"
        x=${-(PLOT.top + PLOT.bottom) / 2}
        y="12"
        text-anchor="middle"
      >
        probability
      </text>
      ${
        flip
          ? svg`<path class="flip" d="M${flip.x} ${PLOT.top}V${PLOT.bottom}"></path>
              ${flipLabel(flip.x, `flips at ${flippedAt ?? 0}`)}`
          : nothing
      }
      <polyline class="curve" points=${points.map(({ x, y }) => `${x},${y}`).join(' ')}></polyline>
      <circle cx=${(flip ?? last).x} cy=${(flip ?? last).y} r="3"></circle>
    </svg>`;
  }
}

function acrossOf(x: number): number {
  return rounded(PLOT.left + x * (PLOT.right - PLOT.left));
}

function downOf(y: number): number {
  return rounded(PLOT.top + y * (PLOT.bottom - PLOT.top));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end'): SVGTemplateResult {
  return svg`<text x=${x} y=${y} text-anchor=${anchor}>${text}</text>`;
}

/** On that side of the mark where there is room for it. */
function flipLabel(x: number, text: string): SVGTemplateResult {
  const isRight = x > (PLOT.left + PLOT.right) / 2;
  return svg`<text class="flip-label" x=${isRight ? x - 4 : x + 4} y=${HEIGHT - 5} text-anchor=${
    isRight ? 'end' : 'start'
  }>${text}</text>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-probability-curve': ProbabilityCurve;
  }
}
