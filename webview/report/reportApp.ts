import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';

import type { Report } from '../../src/protocol/report.ts';
import { reportSections, type ReportSection } from '../../src/report/sections/reportSections.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import { registerControls } from '../shared/controls.ts';
import { failureView, noticeStyles, noticeView } from '../shared/noticeView.ts';
import type { ClickTarget } from './clickTarget.ts';
import './imageStrip.ts';
import type { ReportBody } from './reportBody.ts';
import './reportBody.ts';
import './reportHeader.ts';
import type { ReportModel } from './reportModel.ts';

/** The whole page: what can be done stays above, the report scrolls, and images behind a cell stand below it. */
@customElement('tsynd-report')
export class ReportApp extends LitElement {
  static override readonly styles = [
    baseStyles,
    noticeStyles,
    css`
      :host {
        /* What all parts of the page keep from its sides. */
        --tsynd-edge: 20px;
        display: flex;
        flex-direction: column;
        height: 100vh;
        background: var(--vscode-editor-background);
      }

      .whole {
        padding: 16px;
      }

      main {
        flex: 1;
        min-height: 0;
        overflow: auto;
      }

      .top {
        padding: 16px var(--tsynd-edge) 0;
      }

      h1 {
        margin: 0;
        font-size: 1.6em;
        font-weight: 600;
        overflow-wrap: anywhere;
      }

      nav {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 14px;
        padding-top: 8px;
      }

      nav button {
        margin: 0;
        padding: 0;
        border: 0;
        background: none;
        color: var(--vscode-textLink-foreground);
        font: inherit;
        cursor: pointer;
      }

      nav button:hover {
        color: var(--vscode-textLink-activeForeground);
        text-decoration: underline;
      }

      @media (max-width: 700px) {
        :host {
          --tsynd-edge: 10px;
        }
      }
    `,
  ];

  @property({ attribute: false }) model!: ReportModel;

  @state() private version = 0;

  @query('main') private readonly main!: HTMLElement | null;
  @query('tsynd-report-body') private readonly body!: ReportBody | null;

  private rendered: { readonly report: Report; readonly sections: readonly ReportSection[] } | undefined;
  private isScrolledBack = false;

  constructor() {
    super();
    registerControls();
  }

  /** The model shows something else. */
  changed(): void {
    this.version++;
  }

  override render(): TemplateResult {
    const { model } = this;
    const { load, report, problem, selected } = model;
    if (load.status === 'failed') {
      return html`<div class="whole">${failureView(load.failure, () => void model.start())}</div>`;
    }
    if (!report) return html`<p class="whole muted" role="status">Loading…</p>`;
    const sections = this.sectionsOf(report);
    return html`
      <tsynd-report-header .model=${model} .version=${this.version}></tsynd-report-header>
      ${
        problem
          ? noticeView({ severity: 'error', message: [problem.message, problem.remedy ?? ''].join(' ') })
          : nothing
      }
      <main @scroll=${(event: Event) => this.scrolled(event)}>
        <div class="top">
          <h1>${report.title}</h1>
          <nav aria-label="Sections">
            ${sections.map(
              ({ id, title }) => html`<button @click=${() => this.body?.reveal(id)}>${title}</button>`,
            )}
          </nav>
        </div>
        <tsynd-report-body
          .sections=${sections}
          .selection=${model.state.selection}
          @target=${(event: CustomEvent<ClickTarget>) => this.act(event.detail)}
        ></tsynd-report-body>
      </main>
      ${
        selected
          ? html`<tsynd-image-strip
              .model=${model}
              .cell=${selected}
              .version=${this.version}
              @close=${() => this.closeStrip()}
            ></tsynd-image-strip>`
          : nothing
      }
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (this.isScrolledBack || !this.main || !this.body) return;
    this.isScrolledBack = true;
    const { main } = this;
    const { scrollTop } = this.model.state;
    // Only once the sections are there is the page as long as it was.
    void this.body.updateComplete.then(() => (main.scrollTop = scrollTop));
  }

  /** Rendering takes a while for large grids; how far the experiment is changes twice a second. */
  private sectionsOf(report: Report): readonly ReportSection[] {
    if (this.rendered?.report !== report) {
      this.rendered = { report, sections: reportSections(report, { isInteractive: true }) };
    }
    return this.rendered.sections;
  }

  /** The keys go back to the cell of the matrix. */
  private closeStrip(): void {
    this.body?.focusSelection();
    this.model.select(undefined);
  }

  private act(target: ClickTarget): void {
    if (target.kind === 'run') this.model.openRun(target.cell);
    else this.model.select(target.place);
  }

  private scrolled({ currentTarget }: Event): void {
    if (currentTarget instanceof HTMLElement) this.model.scrolled(currentTarget.scrollTop);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-report': ReportApp;
  }
}
