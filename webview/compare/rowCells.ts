import { html, nothing, type TemplateResult } from 'lit';

import type { ComparedImage } from '../../src/protocol/compareApi.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';
import { icon } from '../shared/icons.ts';
import type { Loadable } from '../shared/loadable.ts';
import { classNameOf, formatProbability, otherPrediction } from '../shared/maps/explanationWords.ts';
import type { MapKind } from '../shared/maps/mapWords.ts';
import type { FoundMap } from '../shared/maps/unpackMaps.ts';
import type { CompareModel } from './compareModel.ts';
import type { CellReading } from './mapCell.ts';
import './mapCell.ts';
import { RUN_LETTERS, runBadge } from './runBadge.ts';
import type { ShownScales } from './shownScales.ts';

export const KIND_NAMES: Readonly<Record<MapKind, string>> = {
  saliency: 'Saliency',
  adversarial: 'Adversarial difference',
};

/** Hears what is under the pointer: undefined when it has left; `kind` is undefined over an image without a map. */
export type TellReading = (kind: MapKind | undefined, of: string, reading: CellReading | undefined) => void;

export interface RowParts {
  readonly image: ComparedImage;
  readonly model: CompareModel;
  readonly names: readonly [string, string];
  readonly scales: ShownScales;
  readonly tell: TellReading;
}

/** What the image is, and what both classifiers say of it. */
export function titleCell({ image, model }: RowParts, isOpen: boolean): TemplateResult {
  const { id, title, className } = image;
  return html`<div role="gridcell" class="title">
    <div class="name">
      <vscode-button
        appearance="icon"
        tabindex="-1"
        aria-label="${isOpen ? 'Close' : 'Open'} ${title}"
        title=${isOpen ? 'Close' : 'Show the reconstructions and probabilities'}
        @click=${() => model.toggle(id)}
        ><span class=${isOpen ? 'chevron open' : 'chevron'}>${icon('next')}</span></vscode-button
      >
      <span title=${title}>${title}</span>
    </div>
    <div class="small">${className === undefined ? 'class not known' : `labelled ${className}`}</div>
    ${model.runs?.map((run, side) => {
      const cell = model.map(run, 'saliency', id);
      return cell.status === 'ready' ? answer(cell.value, run, side, className) : nothing;
    })}
  </div>`;
}

function answer(
  { facts }: FoundMap,
  run: RunSummary,
  side: number,
  label: string | undefined,
): TemplateResult {
  const explained = classNameOf(run, facts.target);
  const predicted = facts.predicted === undefined ? undefined : classNameOf(run, facts.predicted);
  const differs = label !== undefined && predicted !== undefined && predicted !== label;
  return html`<div class="small probability numbers">
      ${runBadge(side)}
      <span
        title=${predicted === explained ? 'Predicted class and its probability' : 'Class explained and its probability'}
        >${explained} ${formatProbability(facts.probability)}</span
      >
      ${differs ? html`<span class="differs" title="Predicted otherwise than labelled">${icon('differs')}</span>` : nothing}
    </div>
    ${otherPrediction(facts) === undefined ? nothing : html`<div class="small muted predicted">predicted ${predicted}</div>`}`;
}

export function originalCell({ image, model, tell }: RowParts): TemplateResult {
  const picture = model.picture(image.id);
  if (picture.status !== 'ready') return blankCell(picture, 'Reading the image');
  return html`<div role="gridcell">
    <tsynd-map-cell
      .picture=${picture.value}
      .label=${`${image.title}, original`}
      @cell-hover=${(event: CustomEvent<CellReading | undefined>) =>
        tell(undefined, image.title, event.detail)}
    ></tsynd-map-cell>
  </div>`;
}

/** A run's map over the image; below a difference what the search came to. */
export function mapCell(
  { image, model, names, scales, tell }: RowParts,
  kind: MapKind,
  side: 0 | 1,
): TemplateResult {
  const run = model.runs?.[side];
  if (!run || !model.canExplain) {
    return html`<div role="gridcell"><div class="blank small muted">Off in Restricted Mode</div></div>`;
  }
  const cell = model.map(run, kind, image.id);
  const picture = model.picture(image.id);
  if (cell.status !== 'ready' || picture.status !== 'ready') {
    return blankCell(cell.status === 'ready' ? picture : cell, 'Computing');
  }
  const who = `${RUN_LETTERS[side]} ${names[side]}`;
  return html`<div role="gridcell">
    <tsynd-map-cell
      .picture=${picture.value}
      .map=${cell.value}
      .scale=${scales[kind]}
      .isAbsolute=${kind === 'adversarial' && !scales.isSigned}
      .label=${`${image.title}, ${KIND_NAMES[kind].toLowerCase()} of ${who}`}
      @cell-hover=${(event: CustomEvent<CellReading | undefined>) => tell(kind, who, event.detail)}
    ></tsynd-map-cell>
    ${changeLine(cell.value)}
  </div>`;
}

/** A cell that waits, or says why there is nothing. */
function blankCell(cell: Loadable<unknown>, waiting: string): TemplateResult {
  if (cell.status !== 'failed') {
    return html`<div role="gridcell" aria-busy="true">
      <div class="blank waiting" role="img" aria-label=${waiting}></div>
    </div>`;
  }
  const { message, remedy } = cell.failure;
  const text = remedy === undefined ? message : `${message} ${remedy}`;
  return html`<div role="gridcell">
    <div class="blank failed small" title=${text}>${icon('error')}<span>${text}</span></div>
  </div>`;
}

function changeLine({ facts: { change } }: FoundMap): TemplateResult | typeof nothing {
  if (!change) return nothing;
  const { flippedAt } = change;
  const steps = change.probs.length - 1;
  let text = `flipped at step ${flippedAt}`;
  if (flippedAt === 0) text = 'flipped by the reconstruction';
  else if (flippedAt === undefined) text = `kept for ${steps} steps`;
  return html`<div class="small muted numbers change">${text}</div>`;
}
