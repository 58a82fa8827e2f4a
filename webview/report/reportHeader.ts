import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { baseStyles } from '../shared/baseStyles.ts';
import { registerControls } from '../shared/controls.ts';
import { describeProgress, describeRest } from './progressWords.ts';
import type { ReportModel } from './reportModel.ts';

const FORMATS = [
  ['html', 'HTML'],
  ['md', 'Markdown'],
  ['csv', 'CSV'],
] as const;

/** How far the experiment is, and what can be done about it. */
@customElement('tsynd-report-header')
export class ReportHeader extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 6px 16px;
        padding: 8px var(--tsynd-edge);
        border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, currentColor));
      }

      .state {
        flex: 1 1 320px;
        min-width: 0;
        overflow-wrap: anywhere;
      }

      .bar {
        display: block;
        width: 100%;
        max-width: 420px;
        height: 4px;
        margin-top: 4px;
      }

      .bar rect:first-child {
        fill: var(--vscode-editorWidget-border, var(--vscode-panel-border, GrayText));
      }

      .bar rect:last-child {
        fill: var(--vscode-progressBar-background, Highlight);
      }

      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 6px;
      }
    `,
  ];

  @property({ attribute: false }) model!: ReportModel;
  /** Another number whenever the model shows something else. */
  @property({ attribute: false }) version = 0;

  constructor() {
    super();
    registerControls();
  }

  override render(): TemplateResult {
    const { model } = this;
    const { finished, total } = model.cells;
    const { progress, load } = model;
    const mayRun = load.status === 'ready' && load.value.mayRun;
    return html`<div class="state numbers">
        ${progress ? describeProgress(progress) : describeRest(finished, total, mayRun)}
        ${progress && progress.total > 0 ? bar(progress.done, progress.total) : nothing}
      </div>
      <div class="actions">
        ${
          progress
            ? html`<vscode-button
                appearance="secondary"
                ?disabled=${progress.state === 'stopping'}
                @click=${() => model.stop()}
                >Stop</vscode-button
              >`
            : nothing
        }
        ${
          model.canContinue
            ? html`<vscode-button @click=${() => model.goOn()}>Continue</vscode-button>`
            : nothing
        }
        <span class="muted" id="save">Save as</span>
        ${FORMATS.map(
          ([format, label]) =>
            html`<vscode-button
              appearance="secondary"
              aria-label=${`Save the report as ${label}`}
              @click=${() => model.save(format)}
              >${label}</vscode-button
            >`,
        )}
      </div>`;
  }
}

/** What is finished, drawn: the policy of the page forbids widths in style attributes. */
function bar(done: number, total: number): TemplateResult {
  const label = `${done} of ${total} cells`;
  return html`<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" role="img" aria-label=${label}>
    <rect width="100" height="1"></rect>
    <rect width=${Math.min(100, (100 * done) / total)} height="1"></rect>
  </svg>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-report-header': ReportHeader;
  }
}
