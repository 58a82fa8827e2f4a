import { html, nothing, type TemplateResult } from 'lit';
import { EXPLAINED_LAYERS } from '../../src/protocol/explanations.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';
import type { Dropdown } from '../shared/controls.ts';
import '../shared/hint.ts';
import { keepCharacters } from '../shared/keepCharacters.ts';
import '../shared/maps/mapControls.ts';
import type { MapState } from '../shared/maps/mapState.ts';
import type { MapKind } from '../shared/maps/mapWords.ts';
import type { ImageState } from './inspectorState.ts';
import { runLabel } from './predictionView.ts';
import { othersLike } from './runChoice.ts';

export interface MapActions {
  readonly compareWith: (folder: string | null) => void;
  readonly change: (maps: MapState) => void;
}

const AGAINST_HINT =
  'Shows the maps of a second run beside the first one’s, in the same colours: what another training looks at.';

/** What is mapped, by which runs, and how it is drawn. */
export function mapSection(
  kind: MapKind,
  { description, run, against, inspected }: ImageState,
  maps: MapState,
  actions: MapActions,
): TemplateResult | typeof nothing {
  if (!inspected.canPredict || description.status !== 'ready' || !run) return nothing;
  const others = othersLike(run, description.value.runs);
  const classNames = run.dataset?.classNames ?? [];
  const layers = run.settings ? EXPLAINED_LAYERS[run.settings.classifier.architecture] : [];
  return html`<section class="map-section" aria-labelledby="map">
    <h3 id="map">${kind === 'saliency' ? 'Saliency' : 'Adversarial change'}</h3>
    ${others.length > 0 ? againstChooser(others, against, actions.compareWith) : nothing}
    <tsynd-map-controls
      .kind=${kind}
      .state=${maps}
      .layers=${layers}
      .classNames=${classNames}
      @map-change=${(event: CustomEvent<MapState>) => actions.change(event.detail)}
    ></tsynd-map-controls>
  </section>`;
}

function againstChooser(
  others: readonly RunSummary[],
  against: RunSummary | undefined,
  compareWith: MapActions['compareWith'],
): TemplateResult {
  const chosen = (event: Event): void => {
    const { value } = event.currentTarget as Dropdown;
    compareWith(value === '' ? null : value);
  };
  return html`<div>
    <p class="small"><tsynd-hint text=${AGAINST_HINT}>Compare with</tsynd-hint></p>
    <vscode-dropdown
      class="against"
      aria-label="Compare with"
      data-value=${against?.folder ?? ''}
      @change=${chosen}
      @keydown=${keepCharacters}
    >
      <vscode-option value="" ?selected=${!against}>None</vscode-option>
      ${others.map(
        (run) =>
          html`<vscode-option value=${run.folder} ?selected=${run.folder === against?.folder}
            >${runLabel(run)}</vscode-option
          >`,
      )}
    </vscode-dropdown>
  </div>`;
}
