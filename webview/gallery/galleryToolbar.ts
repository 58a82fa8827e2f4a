import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';

import { TILE_SIZES } from '../../src/protocol/galleryApi.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import '../shared/layerSwitch.ts';
import type { Dropdown } from '../shared/controls.ts';
import { icon, type IconName } from '../shared/icons.ts';
import type { GalleryModel } from './galleryModel.ts';
import { keepCharacters } from '../shared/keepCharacters.ts';
import { layerOptions, type LayerId } from './layers.ts';
import { ModelController } from './modelController.ts';
import { countActiveFilters, SORT_KEYS_OF, type SortKey } from './sampleView.ts';
import { tellTextFocus } from '../shared/textFocus.ts';
import { toggleStyles } from './toggleStyles.ts';

const SORT_NAMES: Readonly<Record<SortKey, string>> = {
  original: 'Original order',
  miAfter: 'MI after',
  miGain: 'MI gain',
  entropyAfter: 'Entropy after',
  latentDistance: 'Latent distance',
  loss: 'Label loss',
  mi: 'MI',
  entropy: 'Entropy',
};

/** What is shown, in which order, and what is done with it. */
@customElement('tsynd-gallery-toolbar')
export class GalleryToolbar extends LitElement {
  static override readonly styles = [
    baseStyles,
    toggleStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 12px;
        padding: 6px 8px;
      }

      .group {
        display: flex;
        align-items: center;
        gap: 4px;
      }

      @media (max-width: 940px) {
        .word {
          display: none;
        }
      }

      .spacer {
        flex: 1 1 0;
      }

      vscode-dropdown {
        width: 148px;
      }

      .with-count,
      .decide {
        display: inline-flex;
        align-items: center;
        gap: 4px;
      }

      .count {
        font-size: 11px;
        line-height: 16px;
      }
    `,
  ];

  @property({ attribute: false }) model!: GalleryModel;

  @query('vscode-dropdown') private readonly sortDropdown!: Dropdown;

  constructor() {
    super();
    new ModelController(this);
  }

  override render(): TemplateResult {
    const { model } = this;
    const { state } = model;
    const { sort, tileSize, areFiltersOpen, details } = state;
    const size = TILE_SIZES.indexOf(tileSize);
    const filters = countActiveFilters(state.filter);
    return html`
      <tsynd-layers
        .options=${layerOptions(model.kind)}
        .layer=${state.layer}
        @layer-change=${({ detail }: CustomEvent<LayerId>) => model.update({ layer: detail })}
      ></tsynd-layers>
      <div class="group">
        <vscode-dropdown
          aria-label="Sort by"
          title="Sort by"
          @change=${this.onSort}
          @focusin=${tellTextFocus}
          @focusout=${tellTextFocus}
          @keydown=${keepCharacters}
        >
          ${SORT_KEYS_OF[model.kind].map(
            (key) =>
              html`<vscode-option value=${key} ?selected=${key === sort.key}
                >${SORT_NAMES[key]}</vscode-option
              >`,
          )}
        </vscode-dropdown>
        ${this.button(
          sort.isDescending ? 'descending' : 'ascending',
          sort.isDescending ? 'Descending; sort ascending' : 'Ascending; sort descending',
          () => model.update({ sort: { ...sort, isDescending: !sort.isDescending } }),
        )}
        <vscode-button
          class="filter"
          appearance="icon"
          aria-expanded=${areFiltersOpen}
          aria-label=${filters > 0 ? `Filters, ${filters} active` : 'Filters'}
          title="Filters"
          @click=${() => model.update({ areFiltersOpen: !areFiltersOpen })}
        >
          <div class="with-count">
            ${icon('filter')}${filters > 0 ? html`<span class="count numbers">${filters}</span>` : nothing}
          </div>
        </vscode-button>
        ${this.button(
          'smaller',
          'Smaller tiles',
          () => model.update({ tileSize: TILE_SIZES[size - 1] }),
          size > 0,
        )}
        ${this.button(
          'larger',
          'Larger tiles',
          () => model.update({ tileSize: TILE_SIZES[size + 1] }),
          size < TILE_SIZES.length - 1,
        )}
      </div>
      <div class="spacer"></div>
      ${model.kind === 'samples' ? this.renderDecisions() : nothing}
      <div class="group">
        <vscode-button
          appearance="icon"
          aria-label="Details"
          aria-expanded=${details.isOpen}
          title="Details"
          @click=${() => model.showDetails(!details.isOpen)}
          >${icon('details')}</vscode-button
        >
      </div>
    `;
  }

  /** The dropdown knows its options only after they were drawn. */
  override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { key } = this.model.state.sort;
    if (this.sortDropdown.value !== key) this.sortDropdown.value = key;
  }

  private renderDecisions(): TemplateResult {
    const { model } = this;
    const { run, canDecide, view, selection } = model;
    const hasTarget = selection.rows.size > 0 || selection.cursor !== undefined;
    const canAct = canDecide && hasTarget && view.length > 0;
    return html`<div class="group">
        ${this.decisionButton('accept', 'Accept', () => void model.decide('accepted'), canAct)}
        ${this.decisionButton('reject', 'Reject', () => void model.decide('rejected'), canAct)}
        ${this.button('clear', 'Clear the decision', () => void model.decide('cleared'), canAct)}
        ${this.button('undo', 'Undo', () => void model.undo(), canDecide && run?.curation.canUndo)}
        ${this.button('redo', 'Redo', () => void model.redo(), canDecide && run?.curation.canRedo)}
      </div>
      <div class="group">
        ${this.button('export', 'Export curated training set', () => void model.ask('gallery/export'))}
      </div>`;
  }

  private button(name: IconName, label: string, act: () => void, isEnabled = true): TemplateResult {
    return html`<vscode-button
      appearance="icon"
      aria-label=${label}
      title=${label}
      ?disabled=${!isEnabled}
      @click=${act}
      >${icon(name)}</vscode-button
    >`;
  }

  private decisionButton(name: IconName, label: string, act: () => void, isEnabled: boolean): TemplateResult {
    return html`<vscode-button
      appearance="secondary"
      aria-label=${label}
      title=${label}
      ?disabled=${!isEnabled}
      @click=${act}
      ><div class="decide">${icon(name)}<span class="word">${label}</span></div></vscode-button
    >`;
  }

  private readonly onSort = (): void => {
    const key = SORT_KEYS_OF[this.model.kind].find((candidate) => candidate === this.sortDropdown.value);
    const { sort } = this.model.state;
    if (key === undefined || key === sort.key) return;
    // What a person looks for is at the large end of every measure.
    this.model.update({ sort: { key, isDescending: key !== 'original' } });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-gallery-toolbar': GalleryToolbar;
  }
}
