import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import type { ConfusedImage } from '../../src/protocol/report.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import { icon } from '../shared/icons.ts';
import { describeCell, describeCount, describeSeeds, titleOfImage } from './confusedWords.ts';
import './picture.ts';
import type { ReportModel, SelectedCell } from './reportModel.ts';

/** The test images behind a cell of a confusion matrix. Tells `close`. */
@customElement('tsynd-image-strip')
export class ImageStrip extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        max-height: 45vh;
        border-top: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, currentColor));
        background: var(--vscode-editor-background);
      }

      header {
        display: flex;
        align-items: baseline;
        gap: 4px 12px;
        padding: 8px var(--tsynd-edge) 6px;
      }

      header > div {
        flex: 1;
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 12px;
        min-width: 0;
      }

      button {
        margin: 0;
        padding: 0;
        border: 1px solid transparent;
        border-radius: 3px;
        background: none;
        color: inherit;
        font: inherit;
        cursor: pointer;
      }

      button:hover {
        background: var(--vscode-toolbar-hoverBackground);
        outline: 1px dashed var(--vscode-toolbar-hoverOutline, transparent);
        outline-offset: -1px;
      }

      .close {
        padding: 3px;
      }

      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(104px, 1fr));
        gap: 8px;
        padding: 0 var(--tsynd-edge) 12px;
        overflow: auto;
        list-style: none;
      }

      .tile {
        display: block;
        width: 100%;
        padding: 3px;
        text-align: start;
      }

      .tile > span {
        display: block;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .missing {
        display: grid;
        place-items: center;
        aspect-ratio: 1;
        border: 1px dashed var(--vscode-panel-border, currentColor);
        text-align: center;
        white-space: normal;
      }

      .advice {
        flex: none;
        padding: 4px var(--tsynd-edge) 8px;
      }
    `,
  ];

  @property({ attribute: false }) model!: ReportModel;
  @property({ attribute: false }) cell!: SelectedCell;
  /** Another number whenever the model shows something else. */
  @property({ attribute: false }) version = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = 'region';
    this.ariaLabel = 'Images behind a cell';
    this.addEventListener('keydown', this.keyPressed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('keydown', this.keyPressed);
  }

  override render(): TemplateResult {
    const { cell } = this;
    const { images } = cell.confused;
    const { dataset, arm } = cell.row;
    return html`<header>
        <div role="status">
          <h2>${describeCell(cell)}</h2>
          <span class="muted">${dataset} · ${arm} · ${describeCount(cell)}</span>
          ${this.failureButton(images)}
        </div>
        <button class="close" aria-label="Close" @click=${() => this.close()}>${icon('close')}</button>
      </header>
      ${
        images.length === 0
          ? nothing
          : html`<ul>
              ${images.map((image) => this.tile(image))}
            </ul>`
      }
      <p class="small muted advice">
        Test images are for the final measurement: what is seen here may guide no choice of model, setting or
        sample.
      </p>`;
  }

  private close(): void {
    this.dispatchEvent(new CustomEvent('close'));
  }

  private readonly keyPressed = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.close();
  };

  private tile(image: ConfusedImage): TemplateResult {
    const { cell, model } = this;
    const title = titleOfImage(image);
    const seeds = describeSeeds(image, cell);
    return html`<li>
      <button
        class="tile"
        data-index=${image.index}
        title=${`${image.file ?? title}, ${seeds} (${image.seeds.join(', ')}). Opens in the inspector.`}
        aria-label=${`${title}, ${describeCell(cell)}, ${seeds}. Opens in the inspector.`}
        @click=${() => model.openImage(cell, image.index)}
      >
        ${this.picture(image)}
        <span class="small">${title}</span>
        <span class="small muted">${seeds}</span>
      </button>
    </li>`;
  }

  private picture({ index }: ConfusedImage): TemplateResult {
    const found = this.model.picture(this.cell.row.dataset, index);
    if (found.status === 'ready' && found.value) {
      return html`<tsynd-picture .image=${found.value}></tsynd-picture>`;
    }
    const text = found.status === 'waiting' ? '' : found.status === 'failed' ? 'not read' : 'gone';
    return html`<span class="missing small muted">${text}</span>`;
  }

  private failureButton(images: readonly ConfusedImage[]): TemplateResult | typeof nothing {
    for (const { index } of images) {
      const found = this.model.picture(this.cell.row.dataset, index);
      if (found.status !== 'failed') continue;
      const { message, remedy } = found.failure;
      return html`<span>${message} ${remedy ?? ''}</span>
        <button @click=${() => this.model.retryImages()}>Try again</button>`;
    }
    return nothing;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-image-strip': ImageStrip;
  }
}
