import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import type { MeasuredRelevance } from '../../src/protocol/compareApi.ts';
import type { RelevanceReport } from '../../src/protocol/relevance.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import { registerControls } from '../shared/controls.ts';
import '../shared/hint.ts';
import './choiceField.ts';
import type { CompareModel } from './compareModel.ts';
import { failureView, noticeStyles, noticeView } from '../shared/noticeView.ts';
import { comparisonFrom, describeReport, mismatchOf } from './relevanceFacts.ts';
import { relevanceRows, type RelevanceRow } from './relevanceRows.ts';
import { runBadge, runBadgeStyles } from './runBadge.ts';

const LIMITS = ['32', '128', '512', 'all'] as const;
const UNKNOWN = '–';
const GROUPS = { saliency: 'Saliency', adversarial: 'Adversarial change' } as const;

/** What was measured of both runs, with intervals, and the way to measure it. */
@customElement('tsynd-relevance-section')
export class RelevanceSection extends LitElement {
  static override readonly styles = [
    baseStyles,
    runBadgeStyles,
    noticeStyles,
    css`
      :host {
        display: block;
        padding: 16px 0 32px;
      }

      h2,
      .measure,
      .text,
      table {
        margin: 0 var(--tsynd-edge);
      }

      h2 {
        font-size: 14px;
      }

      .measure {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 16px;
        padding: 8px 0;
      }

      .scroll {
        overflow-x: auto;
      }

      table {
        border-collapse: collapse;
      }

      th,
      td {
        padding: 3px 16px 3px 0;
        text-align: start;
        font-weight: normal;
        white-space: nowrap;
      }

      thead th {
        font-size: 11px;
        color: var(--vscode-descriptionForeground);
      }

      thead .badge {
        display: inline-block;
      }

      tbody th[scope='rowgroup'] {
        padding-top: 10px;
        font-weight: 600;
      }

      tbody tr + tr:not(.group) > * {
        border-top: 1px solid
          color-mix(
            in srgb,
            var(--vscode-panel-border, var(--vscode-foreground, currentColor)) 50%,
            transparent
          );
      }

      .shown {
        font-weight: 600;
      }

      .text {
        max-width: 760px;
        padding-top: 4px;
      }

      progress {
        width: 160px;
        height: 4px;
        accent-color: var(--vscode-progressBar-background, Highlight);
      }
    `,
  ];

  @property({ attribute: false }) model!: CompareModel;
  @property({ attribute: false }) runs!: readonly [RunSummary, RunSummary];
  @property({ attribute: false }) names!: readonly [string, string];
  /** Another number whenever the model has changed. */
  @property({ attribute: false }) version = 0;

  @state() private limit: (typeof LIMITS)[number] = '128';

  constructor() {
    super();
    registerControls();
  }

  override render(): TemplateResult {
    const { measured } = this.model.relevance;
    return html`<section aria-labelledby="heading">
      <h2 id="heading">Measured relevance</h2>
      ${measured.status === 'failed' ? failureView(measured.failure, () => void this.model.relevance.load()) : nothing}
      ${measured.status === 'waiting' ? html`<p class="text muted" role="status">Reading…</p>` : nothing}
      ${measured.status === 'ready' ? this.renderMeasured(measured.value) : nothing}
    </section>`;
  }

  private renderMeasured(measured: MeasuredRelevance): TemplateResult {
    const [first, second] = this.runs.map(({ id }) => measured.reports.find(({ run }) => run === id));
    return html`
      ${measured.failure ? failureView(measured.failure, () => this.measure()) : nothing}
      ${this.renderMeasure(measured)} ${first || second ? this.renderTable(measured, first, second) : nothing}
    `;
  }

  private renderMeasure({ reports, measuring }: MeasuredRelevance): TemplateResult {
    if (measuring) {
      const { done, total } = measuring;
      return html`<div class="measure">
        <progress aria-label="Measuring" max=${total || 1} value=${total > 0 ? done : nothing}></progress>
        <span class="numbers" role="status"
          >${total > 0 ? `Measuring, ${done} of ${total}` : 'Waiting for the compute process'}</span
        >
        <vscode-button appearance="secondary" @click=${() => this.model.relevance.stop()}
          >Cancel</vscode-button
        >
      </div>`;
    }
    return html`${
        reports.length === 0
          ? html`<p class="text">
              Not measured yet: how much of the prediction hangs on what the maps mark, and, where the dataset
              has masks, how much of it lies inside them.
            </p>`
          : nothing
      }
      <div class="measure">
        <tsynd-choice-field
          .name=${'Images'}
          .value=${this.limit}
          .options=${LIMITS.map((limit) => [limit, limit === 'all' ? 'All' : `At most ${limit}`] as const)}
          @choose=${(event: CustomEvent<string>) => {
            this.limit = LIMITS.find((limit) => limit === event.detail) ?? this.limit;
          }}
        ></tsynd-choice-field>
        <vscode-button
          appearance="secondary"
          ?disabled=${!this.model.canExplain}
          @click=${() => this.measure()}
          >Measure on Validation Images</vscode-button
        >
        <span class="small muted">With the map settings above.</span>
      </div>`;
  }

  private renderTable(
    { comparison }: MeasuredRelevance,
    first: RelevanceReport | undefined,
    second: RelevanceReport | undefined,
  ): TemplateResult {
    const { names } = this;
    const mismatch = first && second && mismatchOf(first, second);
    const compared = mismatch ? undefined : comparisonFrom(comparison, this.runs[0].id);
    const rows = relevanceRows([first, second], compared, names);
    const described = first ?? second;
    return html`
      ${mismatch ? noticeView({ severity: 'warning', message: mismatch }) : nothing}
      <div class="scroll">
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">Score</th>
              <th scope="col">${runBadge(0)} ${names[0]}</th>
              <th scope="col">${runBadge(1)} ${names[1]}</th>
              <th scope="col">${names[1]} minus ${names[0]}</th>
              <th scope="col">What the difference says</th>
            </tr>
          </thead>
          <tbody>
            ${(['saliency', 'adversarial'] as const).map((group) => this.renderGroup(group, rows))}
          </tbody>
        </table>
      </div>
      ${
        first && second && !mismatch && !compared
          ? html`<p class="text muted">
              The differences and their intervals are known where both runs were measured together. Measure
              again to see them.
            </p>`
          : nothing
      }
      ${
        described && !mismatch
          ? describeReport(described).map((sentence) => html`<p class="text small muted">${sentence}</p>`)
          : nothing
      }
    `;
  }

  private renderGroup(
    group: RelevanceRow['group'],
    rows: readonly RelevanceRow[],
  ): TemplateResult | typeof nothing {
    const own = rows.filter((row) => row.group === group);
    if (own.length === 0) return nothing;
    return html`<tr class="group">
        <th scope="rowgroup" colspan="5">${GROUPS[group]}</th>
      </tr>
      ${own.map(
        ({ name, hint, direction, values, difference, verdict, isShown }) =>
          html`<tr>
            <th scope="row">
              <tsynd-hint text=${hint}>${name}</tsynd-hint>
              <span class="small muted">${direction}</span>
            </th>
            <td>${values[0] ?? UNKNOWN}</td>
            <td>${values[1] ?? UNKNOWN}</td>
            <td>${difference ?? UNKNOWN}</td>
            <td class=${isShown ? 'shown' : 'muted'}>${verdict ?? ''}</td>
          </tr>`,
      )}`;
  }

  private measure(): void {
    const { saliency, adversarial } = this.model.state.maps;
    const limit = this.limit === 'all' ? {} : { limit: Number(this.limit) };
    void this.model.relevance.measure({ ...limit, saliency, adversarial });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-relevance-section': RelevanceSection;
  }
}
