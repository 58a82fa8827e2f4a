import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { SCORED_SPLITS } from '../../src/protocol/scoreTable.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import type { TextField } from '../shared/controls.ts';
import { filterCheck } from './filterCheck.ts';
import { filterStyles } from './filterStyles.ts';
import { formatCount, formatNumber } from './formatting.ts';
import { clampRange, moveHandle, type Handle } from './histogram.ts';
import { keepCharacters } from '../shared/keepCharacters.ts';
import './miBrush.ts';
import type { GalleryModel } from './galleryModel.ts';
import { ModelController } from './modelController.ts';
import {
  countActiveFilters,
  DECISION_STATES,
  NO_FILTER,
  type DecisionState,
  type MiRange,
} from './sampleView.ts';
import { tellTextFocus } from '../shared/textFocus.ts';

const STATE_NAMES: Readonly<Record<DecisionState, string>> = {
  undecided: 'Undecided',
  accepted: 'Accepted',
  rejected: 'Rejected',
};

/** All that narrows the list, and what can be done with what is left. */
@customElement('tsynd-filter-panel')
export class FilterPanel extends LitElement {
  static override readonly styles = [baseStyles, filterStyles];

  @property({ attribute: false }) model!: GalleryModel;

  constructor() {
    super();
    new ModelController(this);
  }

  override render(): TemplateResult {
    const { model } = this;
    const { filter } = model.state;
    const isOfSamples = model.kind === 'samples';
    const { run, histogram } = model;
    const classNames = run?.classNames ?? [];
    return html`
      <div class="parts">
        <fieldset class="range">
          <legend>Mutual information${isOfSamples ? ' after' : ''}</legend>
          <tsynd-mi-brush
            .histogram=${histogram}
            .range=${filter.miRange}
            @range-change=${(event: CustomEvent<MiRange | undefined>) =>
              model.filterBy({ miRange: event.detail })}
          ></tsynd-mi-brush>
          <div class="ends">
            ${this.renderEnd('min', 'From')}
            <span class="muted" aria-hidden="true">to</span> ${this.renderEnd('max', 'To')}
            <span class="muted">nats</span>
          </div>
        </fieldset>
        <fieldset class=${classNames.length > 4 ? 'classes' : ''}>
          <legend>Class</legend>
          <div class=${classNames.length > 4 ? 'checks many' : 'checks'}>
            ${classNames.map((name, index) =>
              filterCheck(name, filter.classes.includes(index), (isOn) =>
                model.filterBy({ classes: toggle(filter.classes, index, isOn).sort((a, b) => a - b) }),
              ),
            )}
          </div>
        </fieldset>
        ${isOfSamples ? this.renderDecisions() : this.renderSplits()}
        <fieldset>
          <legend>Prediction</legend>
          ${filterCheck('Differs from the label', filter.differsOnly, (differsOnly) =>
            model.filterBy({ differsOnly }),
          )}
        </fieldset>
        ${isOfSamples ? nothing : this.renderCopies()}
      </div>
      <div class="actions">
        <vscode-button
          appearance="secondary"
          ?disabled=${countActiveFilters(filter) === 0}
          @click=${() => model.update({ filter: NO_FILTER })}
          >Clear filters</vscode-button
        >
        ${isOfSamples ? this.renderActions() : nothing}
      </div>
    `;
  }

  private renderActions(): TemplateResult {
    const { model } = this;
    const { view, canDecide } = model;
    return html`<vscode-button
        appearance="secondary"
        ?disabled=${!canDecide || view.length === 0}
        @click=${() => void model.decideFiltered('accepted')}
        >Accept all ${formatCount(view.length)}</vscode-button
      >
      <vscode-button
        appearance="secondary"
        ?disabled=${!canDecide || view.length === 0}
        @click=${() => void model.decideFiltered('rejected')}
        >Reject all ${formatCount(view.length)}</vscode-button
      >`;
  }

  private renderDecisions(): TemplateResult {
    const { model } = this;
    const { decisions } = model.state.filter;
    return html`<fieldset>
      <legend>Decision</legend>
      <div class="checks">
        ${DECISION_STATES.map((state) =>
          filterCheck(
            STATE_NAMES[state],
            decisions.includes(state),
            (isOn) => model.filterBy({ decisions: toggle(decisions, state, isOn) }),
            model.run?.curation.count(state),
          ),
        )}
      </div>
    </fieldset>`;
  }

  private renderSplits(): TemplateResult {
    const { model } = this;
    const { splits } = model.state.filter;
    return html`<fieldset>
      <legend>Split</legend>
      <div class="checks">
        ${SCORED_SPLITS.map((split, code) =>
          filterCheck(
            split,
            splits.includes(split),
            (isOn) => model.filterBy({ splits: toggle(splits, split, isOn) }),
            model.run?.table.splitCounts?.[code],
          ),
        )}
      </div>
    </fieldset>`;
  }

  private renderCopies(): TemplateResult {
    const { model } = this;
    return html`<fieldset>
      <legend>Copies</legend>
      ${filterCheck(
        'Same pixels as another',
        model.state.filter.duplicatesOnly,
        (duplicatesOnly) => model.filterBy({ duplicatesOnly }),
        model.run?.table.duplicateCount,
      )}
    </fieldset>`;
  }

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    const range = clampRange(this.model.state.filter.miRange, this.model.histogram);
    for (const field of this.renderRoot.querySelectorAll<TextField>('vscode-text-field')) {
      // What a person is typing stays until it is done.
      const handle = field.dataset.handle === 'min' ? 'min' : 'max';
      if (!field.matches(':focus-within')) field.value = formatNumber(range[handle]);
    }
  }

  /** Goes to the first field, as soon as it is there. */
  override focus(): void {
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<TextField>('vscode-text-field')?.focus(),
    );
  }

  private renderEnd(handle: Handle, label: string): TemplateResult {
    return html`<vscode-text-field
      data-handle=${handle}
      aria-label="${label}, in nats"
      @focusin=${tellTextFocus}
      @focusout=${tellTextFocus}
      @keydown=${keepCharacters}
      @change=${(event: Event) => this.onEnd(handle, event.currentTarget as TextField)}
    ></vscode-text-field>`;
  }

  private onEnd(handle: Handle, field: TextField): void {
    const { histogram, state } = this.model;
    const value = field.value.trim() === '' ? histogram[handle] : Number(field.value.replace(',', '.'));
    const range = clampRange(state.filter.miRange, histogram);
    // What the field shows is rounded; leaving it as it is must not move the end.
    if (field.value !== formatNumber(range[handle])) {
      this.model.filterBy({ miRange: moveHandle(state.filter.miRange, histogram, handle, value) });
    }
    field.value = formatNumber(clampRange(this.model.state.filter.miRange, histogram)[handle]);
  }
}

function toggle<T>(values: readonly T[], value: T, isOn: boolean): T[] {
  const others = values.filter((other) => other !== value);
  return isOn ? [...others, value] : others;
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-filter-panel': FilterPanel;
  }
}
