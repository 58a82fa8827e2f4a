import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';

import type { ComparedImage } from '../../src/protocol/compareApi.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import '../shared/maps/mapLegend.ts';
import { DIFFERENCE_UNIT, formatMapValue, type MapKind } from '../shared/maps/mapWords.ts';
import type { CompareModel } from './compareModel.ts';
import { openRow, openRowStyles } from './openRow.ts';
import { KIND_NAMES, mapCell, originalCell, titleCell, type TellReading } from './rowCells.ts';
import { runBadge, runBadgeStyles } from './runBadge.ts';
import type { ShownScales } from './shownScales.ts';
import { tableStyles } from './tableStyles.ts';

/** The images, one a row, with what both runs make of them. Enter and arrow keys open rows and go from one to the next. */
@customElement('tsynd-compare-table')
export class CompareTable extends LitElement {
  static override readonly styles = [baseStyles, runBadgeStyles, tableStyles, openRowStyles];

  @property({ attribute: false }) model!: CompareModel;
  @property({ attribute: false }) images: readonly ComparedImage[] = [];
  @property({ attribute: false }) names!: readonly [string, string];
  @property({ attribute: false }) scales!: ShownScales;
  /** Another number whenever the model has changed. */
  @property({ attribute: false }) version = 0;

  /** The row that the Tab key goes to. */
  @state() private cursor = 0;
  /** What is under the pointer, in words. */
  @state() private reading: string | undefined;

  private readonly visible = new Set<string>();
  private observer: IntersectionObserver | undefined;
  private legendSize: ResizeObserver | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer = new IntersectionObserver((entries) => this.look(entries));
    // The heads stick below the legend, which has more lines where the page is narrow.
    this.legendSize = new ResizeObserver(([{ target }]) =>
      this.style.setProperty('--tsynd-legend-height', `${target.getBoundingClientRect().height}px`),
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer?.disconnect();
    this.legendSize?.disconnect();
  }

  override firstUpdated(): void {
    const legends = this.renderRoot.querySelector('.legends');
    if (legends) this.legendSize?.observe(legends);
  }

  override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (!changed.has('images')) return;
    this.visible.clear();
    this.observer?.disconnect();
    for (const row of this.rows) this.observer?.observe(row);
  }

  override render(): TemplateResult {
    return html`
      ${this.renderLegends()}
      <div role="treegrid" aria-label="Images" aria-rowcount=${this.images.length + 1}>
        ${this.renderHead()}
        <div role="rowgroup">
          ${repeat(
            this.images,
            ({ id }) => id,
            (image, index) => this.renderRow(image, index),
          )}
        </div>
      </div>
    `;
  }

  private get rows(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('[role=row].image')];
  }

  private look(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const id = (target as HTMLElement).dataset.id ?? '';
      if (isIntersecting) this.visible.add(id);
      else this.visible.delete(id);
    }
    this.model.look([...this.visible]);
  }

  private renderLegends(): TemplateResult {
    const { isSigned, saliency, adversarial } = this.scales;
    return html`<div class="legends">
      <div class="scales">
        <div>
          <span class="muted">Saliency</span>
          <tsynd-map-legend .kind=${'saliency'} .scale=${saliency}></tsynd-map-legend>
        </div>
        <div>
          <span class="muted">Adversarial − reconstruction</span>
          <tsynd-map-legend
            .kind=${isSigned ? 'adversarial' : 'saliency'}
            .unit=${isSigned ? DIFFERENCE_UNIT : `${DIFFERENCE_UNIT}, without sign`}
            .scale=${adversarial}
          ></tsynd-map-legend>
        </div>
      </div>
      <div class="reading numbers">
        ${this.reading ?? html`<span class="muted">Point at a map for its value</span>`}
      </div>
    </div>`;
  }

  private renderHead(): TemplateResult {
    const columnOf = (kind: MapKind, side: 0 | 1): TemplateResult =>
      html`<div role="columnheader">
        ${runBadge(side)}
        <span><span class="run-name">${this.names[side]}</span> ${KIND_NAMES[kind]}</span>
      </div>`;
    return html`<div role="row" class="columns head">
      <div role="columnheader">Image</div>
      <div role="columnheader">Original</div>
      ${columnOf('saliency', 0)} ${columnOf('saliency', 1)} ${columnOf('adversarial', 0)}
      ${columnOf('adversarial', 1)}
    </div>`;
  }

  private renderRow(image: ComparedImage, index: number): TemplateResult {
    const { model, names, scales } = this;
    const { id, title } = image;
    const isOpen = model.state.open.includes(id);
    const parts = { image, model, names, scales, tell: this.tellReading };
    return html`
      <div
        role="row"
        class="columns image"
        data-id=${id}
        aria-level="1"
        aria-rowindex=${index + 2}
        aria-expanded=${isOpen ? 'true' : 'false'}
        aria-label=${title}
        tabindex=${index === this.cursor ? 0 : -1}
        @focus=${() => (this.cursor = index)}
        @keydown=${(event: KeyboardEvent) => this.keyPressed(event, index)}
      >
        ${titleCell(parts, isOpen)} ${originalCell(parts)} ${mapCell(parts, 'saliency', 0)}
        ${mapCell(parts, 'saliency', 1)} ${mapCell(parts, 'adversarial', 0)}
        ${mapCell(parts, 'adversarial', 1)}
      </div>
      ${isOpen && model.runs && model.canExplain ? openRow(parts, model.runs) : nothing}
    `;
  }

  private readonly tellReading: TellReading = (kind, of, reading) => {
    if (!reading) {
      this.reading = undefined;
      return;
    }
    const { x, y, pixel, value } = reading;
    const written = value === undefined ? [] : [formatValue(kind, value, this.scales.isSigned)];
    this.reading = [of, `x ${x} y ${y}`, ...written, `image ${pixel.join(' ')}`].join(' · ');
  };

  private keyPressed(event: KeyboardEvent, index: number): void {
    // Keys of what is inside a row are its own.
    if (event.target !== event.currentTarget) return;
    const { id } = this.images[index];
    const isOpen = this.model.state.open.includes(id);
    const last = this.images.length - 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: Math.min(last, index + 1),
      ArrowUp: Math.max(0, index - 1),
      Home: 0,
      End: last,
    };
    if (event.key in targets) this.rows.at(targets[event.key])?.focus();
    else if (event.key === 'Enter' || event.key === ' ') this.model.toggle(id);
    else if (event.key === 'ArrowRight' && !isOpen) this.model.toggle(id);
    else if (event.key === 'ArrowLeft' && isOpen) this.model.toggle(id);
    else return;
    event.preventDefault();
  }
}

function formatValue(kind: MapKind | undefined, value: number, isSigned: boolean): string {
  if (kind !== 'adversarial') return formatMapValue('saliency', value);
  return isSigned ? formatMapValue('adversarial', value) : value.toFixed(3);
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-compare-table': CompareTable;
  }
}
