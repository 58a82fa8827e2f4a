import { scaleLinear, type ScaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import { html, type Html } from '../html/html.ts';
import { seriesStyle } from './seriesStyle.ts';

type Point = readonly [x: number, y: number];

export interface ChartSeries {
  /** Position of the arm, which decides its look. */
  readonly style: number;
  readonly points: readonly Point[];
  /** Lowest and highest value by x. */
  readonly band?: readonly (readonly [x: number, low: number, high: number])[] | undefined;
  /** Points with a marker; all of them when absent. */
  readonly marked?: readonly Point[] | undefined;
  /** One of many lines of an arm. */
  readonly isThin?: boolean | undefined;
}

export interface ChartSpec {
  readonly title: string;
  /** What a reader who cannot see it is told. */
  readonly description: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xDomain: Point;
  readonly yDomain: Point;
  /** Where the x axis is labelled; chosen when absent. */
  readonly xTicks?: readonly number[] | undefined;
  readonly series: readonly ChartSeries[];
  /** Horizontal lines to compare with. */
  readonly references: readonly { readonly y: number; readonly label: string }[];
}

export const CHART = { width: 340, height: 230, left: 46, right: 10, top: 10, bottom: 40 } as const;

/** Labels nearer to each other than this would touch. */
const TICK_ROOM = 24;

type Scale = ScaleLinear<number, number>;

/** A line chart as inline SVG. Values outside the domains are cut off at the frame. */
export function lineChart(spec: ChartSpec): Html {
  const { width, height, left, right, top, bottom } = CHART;
  const x = scaleLinear([...spec.xDomain], [left, width - right]);
  const y = scaleLinear([...spec.yDomain], [height - bottom, top]).clamp(true);
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img">
    <title>${spec.title}</title>
    <desc>${spec.description}</desc>
    ${xAxis(spec, x)}${yAxis(spec, y)}
    ${spec.references.map(({ y: level, label }) => reference(y(level), label))}
    ${spec.series.map((series) => bandOf(series, x, y))} ${spec.series.map((series) => lineOf(series, x, y))}
  </svg>`;
}

function xAxis({ xTicks, xLabel }: ChartSpec, x: Scale): Html {
  const { width, height, left, right, bottom } = CHART;
  const base = height - bottom;
  let last = -Infinity;
  const ticks = (xTicks ?? x.ticks(6)).map((value) => {
    const at = x(value);
    const isLabelled = at - last >= TICK_ROOM;
    if (isLabelled) last = at;
    return html`<line class="tick" x1="${place(at)}" x2="${place(at)}" y1="${base}" y2="${base + 4}" />
      ${isLabelled ? html`<text class="tick" x="${place(at)}" y="${base + 15}" text-anchor="middle">${short(value)}</text>` : undefined}`;
  });
  return html`<line class="axis" x1="${left}" x2="${width - right}" y1="${base}" y2="${base}" />
    ${ticks}
    <text class="label" x="${(left + width - right) / 2}" y="${height - 6}" text-anchor="middle"
      >${xLabel}</text
    >`;
}

function yAxis({ yLabel }: ChartSpec, y: Scale): Html {
  const { width, height, left, right, top, bottom } = CHART;
  const middle = (top + height - bottom) / 2;
  return html`${y
      .ticks(5)
      .map(
        (value) =>
          html`<line
              class="grid"
              x1="${left}"
              x2="${width - right}"
              y1="${place(y(value))}"
              y2="${place(y(value))}"
            />
            <text class="tick" x="${left - 5}" y="${place(y(value) + 3.5)}" text-anchor="end"
              >${short(value)}</text
            >`,
      )}
    <text class="label" transform="translate(12 ${middle}) rotate(-90)" text-anchor="middle"
      >${yLabel}</text
    >`;
}

function reference(y: number, label: string): Html {
  const { width, left, right } = CHART;
  return html`<line class="reference" x1="${left}" x2="${width - right}" y1="${place(y)}" y2="${place(y)}" />
    <text class="reference" x="${width - right - 2}" y="${place(y - 3)}" text-anchor="end">${label}</text>`;
}

function bandOf({ band, style }: ChartSeries, x: Scale, y: Scale): Html | undefined {
  if (!band || band.length < 2) return undefined;
  const path = area<readonly [number, number, number]>()
    .x(([at]) => x(at))
    .y0(([, low]) => y(low))
    .y1(([, , high]) => y(high))
    .digits(1)([...band]);
  return html`<path class="band ${seriesStyle(style).className}" d="${path ?? ''}" />`;
}

function lineOf({ points, marked = points, style, isThin }: ChartSeries, x: Scale, y: Scale): Html {
  const { className, dashes, marker } = seriesStyle(style);
  const path = line<Point>()
    .x(([at]) => x(at))
    .y(([, value]) => y(value))
    .digits(1)([...points]);
  return html`<g class="${className}${isThin === true ? ' thin' : ''}">
    <path class="line" d="${path ?? ''}" stroke-dasharray="${dashes}" />
    ${marked.map(([at, value]) => html`<path class="marker" d="${marker}" transform="translate(${place(x(at))} ${place(y(value))})" />`)}
  </g>`;
}

/** Samples of how each arm is drawn, with their names. */
export function legend(names: readonly string[]): Html {
  return html`<ul class="legend">
    ${names.map((name, index) => {
      const { className, dashes, marker } = seriesStyle(index);
      return html`<li>
        <svg class="chart sample ${className}" viewBox="0 0 36 12" width="36" height="12" aria-hidden="true">
          <path class="line" d="M1 6H35" stroke-dasharray="${dashes}" />
          <path class="marker" d="${marker}" transform="translate(18 6)" /></svg
        >${name}
      </li>`;
    })}
  </ul>`;
}

function place(value: number): string {
  return String(Number(value.toFixed(1)));
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
