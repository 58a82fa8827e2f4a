import { html, nothing, type TemplateResult } from 'lit';
import type { AdversarialExplanation } from '../../src/protocol/explanations.ts';
import type { PixelGrid } from '../shared/imageView/pixelGrid.ts';
import type { MapOverlay } from '../shared/maps/mapImage.ts';
import type { MapState } from '../shared/maps/mapState.ts';
import '../shared/hint.ts';
import { adversarialPictures } from '../shared/maps/adversarialPictures.ts';
import { CHANGE_HINTS, classNameOf, formatArea, formatL2 } from '../shared/maps/explanationWords.ts';
import type { MapScales } from '../shared/maps/mapScales.ts';
import '../shared/maps/probabilityCurve.ts';
import { describeSteps, mapHeading, NO_MAP_REASONS } from './explanationWords.ts';
import type { ExplainedRun, Maps } from './inspectorState.ts';
import { failureView, loadingView } from './messageView.ts';
import { overlayOf } from './overlayOf.ts';
import { runLabel } from './predictionView.ts';

/** One view of an image, as the page makes it: all views of one size zoom together. */
export interface PaneImage {
  readonly label: string;
  readonly image: PixelGrid;
  readonly overlay?: MapOverlay | undefined;
  /** What its window is taken from where that follows from the values, so that pictures of one row can be compared. */
  readonly windowOf?: PixelGrid | undefined;
}

export interface PaneOptions {
  readonly maps: MapState;
  readonly scales: MapScales;
  readonly view: (pane: PaneImage) => TemplateResult;
  readonly retry: () => void;
}

/** The image under the map of each run; the image alone until the maps are there. */
export function saliencyPanes(
  title: string,
  image: PixelGrid,
  maps: Maps | undefined,
  options: PaneOptions,
): TemplateResult {
  if (maps?.status !== 'asked' || maps.runs.length === 0) {
    return html`<div class="panes">
      <div class="pane">
        ${options.view({ label: title, image })}
        ${maps?.status === 'none' ? html`<p class="note muted">${NO_MAP_REASONS[maps.reason]}</p>` : nothing}
      </div>
    </div>`;
  }
  return html`<div class="panes">
    ${maps.runs.map((explained) => {
      const { explanation } = explained;
      const isReady = explanation.status === 'ready' && explanation.value.kind === 'saliency';
      const map = isReady ? explanation.value.map : undefined;
      const overlay = map && overlayOf(map, options.scales.saliency);
      return html`<figure class="pane">
        ${heading(explained, options)}
        ${options.view({ label: `${title}, saliency by ${runLabel(explained.run)}`, image, overlay })}
        ${
          explanation.status === 'failed'
            ? html`<div class="note">${failureView(explanation.failure, options.retry, 'the map')}</div>`
            : nothing
        }
      </figure>`;
    })}
  </div>`;
}

/** Per run: what the search started from, what it came to, what changed, and how it went. */
export function adversarialPanes(maps: Maps | undefined, options: PaneOptions): TemplateResult {
  if (maps?.status === 'none')
    return html`<div class="whole"><p class="reason muted">${NO_MAP_REASONS[maps.reason]}</p></div>`;
  if (!maps) return html`<div class="whole">${loadingView('Asking the classifier…')}</div>`;
  return html`<div class="panes adversarial">
    ${maps.runs.map(
      (explained) =>
        html`<div class="pane">${heading(explained, options)} ${search(explained, options)}</div>`,
    )}
  </div>`;
}

function search({ run, explanation }: ExplainedRun, options: PaneOptions): TemplateResult {
  if (explanation.status === 'failed') {
    return html`<div class="note">${failureView(explanation.failure, options.retry, 'the change')}</div>`;
  }
  if (explanation.status === 'waiting' || explanation.value.kind !== 'adversarial') {
    const isSlow = explanation.status === 'waiting' && explanation.isSlow;
    const text = isSlow
      ? 'Still searching. All takes longer while a run trains.'
      : 'Searching for the change…';
    return html`<div class="note">${loadingView(text)}</div>`;
  }
  const { result } = explanation.value;
  const { change, target } = result;
  return html`
    ${pictures(result, classNameOf(run, target), options)}
    <dl class="change numbers">
      ${fact('Steps', CHANGE_HINTS.steps, describeSteps(change, classNameOf(run, target)))}
      ${fact('Size (L2)', CHANGE_HINTS.l2, formatL2(change.l2))}
      ${fact('Area', CHANGE_HINTS.area, formatArea(change.area))}
    </dl>
  `;
}

function pictures(
  result: AdversarialExplanation,
  className: string,
  { view, scales }: PaneOptions,
): TemplateResult {
  const { original, reconstruction, adversarial, signed, absolute } = adversarialPictures(result);
  const { change } = result;
  const cell = (caption: string, image: PixelGrid, overlay?: MapOverlay): TemplateResult =>
    html`<figure>
      ${view({ label: caption, image, overlay, windowOf: original })}
      <figcaption class="small">${caption}</figcaption>
    </figure>`;
  return html`<div class="cells">
    ${cell('Original', original)} ${cell('Reconstruction', reconstruction)}
    ${cell('Adversarial', adversarial)}
    ${cell('Signed difference', reconstruction, overlayOf(signed, scales.signed))}
    ${cell('|Difference|', reconstruction, overlayOf(absolute, scales.absolute))}
    <figure>
      <tsynd-probability-curve
        .probs=${change.probs}
        .flippedAt=${change.flippedAt}
      ></tsynd-probability-curve>
      <figcaption class="small">Probability of ${className}</figcaption>
    </figure>
  </div>`;
}

/** Which run it is, and what its classifier says. */
function heading({ run, explanation }: ExplainedRun, { maps }: PaneOptions): TemplateResult {
  return html`<header class="heading small">
    <strong title=${run.id}>${runLabel(run)}</strong>
    <span class="numbers">${headingText({ run, explanation }, maps)}</span>
  </header>`;
}

function headingText({ run, explanation }: ExplainedRun, maps: MapState): string {
  switch (explanation.status) {
    case 'waiting':
      return explanation.isSlow ? 'Still waiting for the classifier…' : '…';
    case 'failed':
      return '';
    case 'ready':
      return explanation.value.kind === 'saliency'
        ? mapHeading(run, explanation.value.facts, maps.saliency.target)
        : mapHeading(run, explanation.value.result, maps.adversarial.target);
  }
}

function fact(name: string, hint: string, value: string): TemplateResult {
  return html`<div>
    <dt><tsynd-hint text=${hint}>${name}</tsynd-hint></dt>
    <dd>${value}</dd>
  </div>`;
}
