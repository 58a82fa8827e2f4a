import { html, LitElement, unsafeCSS, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';

import { reportStyles } from '../../src/report/reportStyles.ts';
import type { ReportSection } from '../../src/report/sections/reportSections.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import { clickTarget, confusionKey, type ClickTarget } from './clickTarget.ts';
import { reportBodyStyles } from './reportBodyStyles.ts';
import type { ConfusionPlace } from './reportState.ts';

/** What a person has done to the sections that a new rendering would undo. */
interface Kept {
  /** Whether a `details` is open, by its place. */
  readonly open: ReadonlyMap<string, boolean>;
  /** The button that has the focus, by its attributes. */
  readonly focus: string | undefined;
}

/** The sections of the report. Tells `target` with a ClickTarget when a button in them is pressed. */
@customElement('tsynd-report-body')
export class ReportBody extends LitElement {
  static override readonly styles = [baseStyles, unsafeCSS(reportStyles), reportBodyStyles];

  @property({ attribute: false }) sections: readonly ReportSection[] = [];
  @property({ attribute: false }) selection: ConfusionPlace | undefined;

  private kept: Kept | undefined;

  override render(): TemplateResult {
    // Every text of the report in these is escaped where they are made, which has no other way to insert one.
    return html`<div class="tsynd-report" @click=${(event: Event) => this.clicked(event)}>
      ${repeat(
        this.sections,
        ({ id }) => id,
        ({ html: markup }) => html`<div>${unsafeHTML(markup)}</div>`,
      )}
    </div>`;
  }

  /** Scrolls to a section, and lets the keys go on from there. */
  reveal(id: string): void {
    const section = this.renderRoot.querySelector<HTMLElement>(`#${id}`);
    if (!section) return;
    section.tabIndex = -1;
    section.focus({ preventScroll: true });
    section.scrollIntoView();
  }

  focusSelection(): void {
    const key = this.selection && confusionKey(this.selection);
    if (key === undefined) return;
    this.renderRoot.querySelector<HTMLElement>(`[data-confusion="${key}"]`)?.focus({ preventScroll: true });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('sections') && this.hasUpdated) this.kept = this.keep();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.kept) this.restore(this.kept);
    this.kept = undefined;
    if (changed.has('selection') || changed.has('sections')) this.markSelection();
  }

  private keep(): Kept {
    const { activeElement } = this.renderRoot as ShadowRoot;
    return {
      open: new Map(this.details().map(([place, details]) => [place, details.open])),
      focus: activeElement instanceof HTMLElement ? selectorOf(activeElement) : undefined,
    };
  }

  private restore({ open, focus }: Kept): void {
    for (const [place, details] of this.details()) details.open = open.get(place) ?? details.open;
    if (focus === undefined || (this.renderRoot as ShadowRoot).activeElement) return;
    this.renderRoot.querySelector<HTMLElement>(focus)?.focus({ preventScroll: true });
  }

  /** By section and position in it. */
  private details(): (readonly [place: string, HTMLDetailsElement])[] {
    return [...this.renderRoot.querySelectorAll('section')].flatMap(({ id }) =>
      [...this.renderRoot.querySelectorAll<HTMLDetailsElement>(`#${id} details`)].map(
        (details, index) => [`${id} ${index}`, details] as const,
      ),
    );
  }

  private markSelection(): void {
    const key = this.selection && confusionKey(this.selection);
    for (const button of this.renderRoot.querySelectorAll<HTMLElement>('[data-confusion]')) {
      button.ariaPressed = String(button.dataset.confusion === key);
    }
  }

  private clicked({ target }: Event): void {
    const button = target instanceof Element ? target.closest<HTMLElement>('button') : null;
    const found = button && clickTarget(button.dataset);
    if (found) this.dispatchEvent(new CustomEvent<ClickTarget>('target', { detail: found }));
  }
}

function selectorOf({ dataset }: HTMLElement): string | undefined {
  const known = Object.entries(dataset).at(0);
  return known && `[data-${known[0]}="${CSS.escape(known[1] ?? '')}"]`;
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-report-body': ReportBody;
  }
}
