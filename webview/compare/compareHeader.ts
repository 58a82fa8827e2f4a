import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import type { RunSummary } from '../../src/protocol/runSummary.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import { registerControls } from '../shared/controls.ts';
import { describeAuroc } from './compareWords.ts';
import { RUN_LETTERS, runBadge, runBadgeStyles } from './runBadge.ts';

/** Which two runs are compared. Tells `swap` and `choose-runs`. */
@customElement('tsynd-compare-header')
export class CompareHeader extends LitElement {
  static override readonly styles = [
    baseStyles,
    runBadgeStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 16px;
        padding: 12px var(--tsynd-edge) 8px;
      }

      .run {
        display: flex;
        flex: 0 1 auto;
        gap: 8px;
        min-width: 0;
        padding: 6px 12px 6px 8px;
        border: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, currentColor));
        border-radius: 4px;
      }

      .text {
        min-width: 0;
      }

      .text > * {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      h2 {
        font-size: 13px;
      }

      .actions {
        display: flex;
        gap: 8px;
      }
    `,
  ];

  @property({ attribute: false }) runs!: readonly [RunSummary, RunSummary];

  constructor() {
    super();
    registerControls();
  }

  override render(): TemplateResult {
    return html`${this.runs.map((run, side) => this.card(run, side))}
      <div class="actions">
        <vscode-button appearance="secondary" @click=${() => this.dispatchEvent(new CustomEvent('swap'))}
          >Swap</vscode-button
        >
        <vscode-button
          appearance="secondary"
          @click=${() => this.dispatchEvent(new CustomEvent('choose-runs'))}
          >Choose Runs...</vscode-button
        >
      </div>`;
  }

  private card(run: RunSummary, side: number): TemplateResult {
    const auroc = describeAuroc(run);
    const name = `${run.dataset?.name ?? ''} · ${run.settings?.method ?? ''}`;
    return html`<section class="run" aria-label="Run ${RUN_LETTERS[side]}">
      ${runBadge(side)}
      <div class="text">
        <h2>${name}</h2>
        <div class="small muted" title=${run.folder}>${run.id}</div>
        ${auroc === undefined ? nothing : html`<div class="small numbers">${auroc}</div>`}
      </div>
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-compare-header': CompareHeader;
  }
}
