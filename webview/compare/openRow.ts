import { css, html, nothing, type TemplateResult } from 'lit';

import type { AdversarialExplanation } from '../../src/protocol/explanations.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';
import { icon } from '../shared/icons.ts';
import { adversarialPictures } from '../shared/maps/adversarialPictures.ts';
import { classNameOf, formatProbability } from '../shared/maps/explanationWords.ts';
import type { MapKind } from '../shared/maps/mapWords.ts';
import type { ByteImage } from '../shared/maps/planarImage.ts';
import '../shared/maps/probabilityCurve.ts';
import { describeChange } from './compareWords.ts';
import type { CellReading } from './mapCell.ts';
import type { RowParts } from './rowCells.ts';
import { runBadge } from './runBadge.ts';

/** Below a row: of both runs the reconstructions with and without the change, and the probability along the steps. */
export function openRow(parts: RowParts, runs: readonly [RunSummary, RunSummary]): TemplateResult {
  const { image, names } = parts;
  return html`<div role="row" class="open-row" aria-level="2" aria-label="${image.title}, details">
    ${runs.map(
      (run, side) =>
        html`<section role="gridcell" aria-label="${names[side]}">
          <h3>${runBadge(side)} ${names[side]}</h3>
          ${explanation(run, parts)}
        </section>`,
    )}
  </div>`;
}

function explanation(run: RunSummary, parts: RowParts): TemplateResult {
  const found = parts.model.explanation(run, parts.image.id);
  switch (found.status) {
    case 'waiting':
      return html`<p class="muted" role="status">Searching for the smallest step to another class…</p>`;
    case 'failed': {
      const { message, remedy } = found.failure;
      return html`<p class="failure">${icon('error')}<span>${message} ${remedy ?? ''}</span></p>`;
    }
    case 'ready':
      return pictures(found.value, run, parts);
  }
}

function pictures(
  found: AdversarialExplanation,
  run: RunSummary,
  { image, model, scales, tell }: RowParts,
): TemplateResult {
  const { change, target, probability, autoencoderRun } = found;
  const className = classNameOf(run, target);
  const { original, reconstruction, adversarial, signed } = adversarialPictures(found);
  const figure = (picture: ByteImage, caption: string, kind?: MapKind): TemplateResult => {
    const hover = (event: CustomEvent<CellReading | undefined>): void =>
      tell(kind, caption.toLowerCase(), event.detail);
    return html`<figure>
      <tsynd-map-cell
        .picture=${picture}
        .map=${kind ? signed : undefined}
        .scale=${kind ? scales[kind] : undefined}
        .isAbsolute=${!scales.isSigned}
        .label=${`${image.title}, ${caption.toLowerCase()}`}
        @cell-hover=${hover}
      ></tsynd-map-cell>
      <figcaption class="small muted">${caption}</figcaption>
    </figure>`;
  };
  return html`
    <div class="figures">
      ${figure(original, 'As the classifier sees it')} ${figure(reconstruction, 'Reconstruction')}
      ${figure(adversarial, 'Adversarial')}
      ${figure(original, scales.isSigned ? 'Difference' : 'Difference, absolute', 'adversarial')}
      <tsynd-probability-curve
        .probs=${change.probs}
        .flippedAt=${change.flippedAt}
      ></tsynd-probability-curve>
    </div>
    <p class="numbers">
      Probability of ${className}: ${formatProbability(probability)} for the image,
      ${formatProbability(change.probs[0])} for its reconstruction,
      ${formatProbability(change.probs.at(-1) ?? 0)} for the adversarial image.
      ${describeChange(change, model.state.maps.adversarial)}
    </p>
    ${
      autoencoderRun === undefined
        ? nothing
        : html`<p class="small muted">
            This run has no autoencoder; that of ${autoencoderRun} was used, which saw the same images.
          </p>`
    }
  `;
}

export const openRowStyles = css`
  .open-row {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 560px), 1fr));
    gap: 12px 24px;
    padding: 8px var(--tsynd-edge) 16px;
    border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, currentColor));
    background: color-mix(in srgb, var(--vscode-foreground, currentColor) 3%, transparent);
  }

  .open-row section {
    min-width: 0;
  }

  .open-row h3 {
    display: flex;
    gap: 6px;
    padding-bottom: 6px;
  }

  .figures {
    display: grid;
    grid-template-columns: repeat(4, minmax(0, 1fr)) minmax(0, 1.5fr);
    gap: 8px;
    align-items: start;
    padding-bottom: 4px;
  }

  @media (max-width: 640px) {
    .figures {
      grid-template-columns: repeat(auto-fit, minmax(88px, 1fr));
    }
  }

  figure {
    margin: 0;
    min-width: 0;
  }

  figcaption {
    padding-top: 2px;
  }

  .failure {
    display: flex;
    gap: 8px;
    overflow-wrap: anywhere;
  }

  .failure svg {
    margin-top: 1px;
    color: var(--vscode-errorForeground);
  }
`;
