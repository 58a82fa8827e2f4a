import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import type { ThemeKind } from '../../src/color/divergingColors.ts';
import { EXPLAINED_LAYERS } from '../../src/protocol/explanations.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import { icon } from '../shared/icons.ts';
import '../shared/maps/mapControls.ts';
import '../shared/maps/mapLegend.ts';
import type { MapState } from '../shared/maps/mapState.ts';
import type { GalleryModel } from './galleryModel.ts';
import type { LayerPainter } from './layerPainter.ts';
import { describeMapValue } from './mapReading.ts';
import { ModelController } from './modelController.ts';
import type { PointedPixel } from './sampleGrid.ts';
import { toggleStyles } from './toggleStyles.ts';

/** What the colours of a layer of maps stand for, the value under the pointer, and how the maps are made and drawn. */
@customElement('tsynd-map-bar')
export class MapBar extends LitElement {
  static override readonly styles = [
    baseStyles,
    toggleStyles,
    css`
      :host {
        display: block;
        flex: none;
        padding: 0 12px 4px;
      }

      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px 16px;
        min-height: 26px;
      }

      /* Its text changes with every move of the pointer, and must move nothing. */
      .reading {
        flex: 1 1 280px;
        min-width: 0;
        overflow: hidden;
        font-size: 11px;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      tsynd-map-controls {
        padding: 4px 0;
      }
    `,
  ];

  @property({ attribute: false }) model!: GalleryModel;
  @property({ attribute: false }) painter!: LayerPainter;
  /** With another one, the painter's colours are others. */
  @property({ attribute: false }) theme: ThemeKind = 'dark';
  /** What the pointer is on. */
  @property({ attribute: false }) pointed: PointedPixel | undefined;

  constructor() {
    super();
    new ModelController(this);
  }

  override render(): TemplateResult | typeof nothing {
    const { model, painter } = this;
    const { state, run } = model;
    const kind = painter.mapKind;
    if (!kind || !run) return nothing;
    const isOpen = state.areMapControlsOpen;
    return html`<div class="line">
        <vscode-button
          appearance="icon"
          aria-label="Settings of the map"
          aria-expanded=${isOpen}
          title="Settings of the map"
          @click=${() => model.update({ areMapControlsOpen: !isOpen })}
          >${icon('adjust')}</vscode-button
        >
        <tsynd-map-legend .kind=${kind} .scale=${painter.mapScale}></tsynd-map-legend>
        <span class="reading numbers">${this.reading()}</span>
      </div>
      ${
        isOpen
          ? html`<tsynd-map-controls
              .kind=${kind}
              .state=${state.maps}
              .layers=${explainedLayers(run.snapshot.run)}
              .classNames=${run.classNames}
              @map-change=${({ detail }: CustomEvent<MapState>) => model.update({ maps: detail })}
            ></tsynd-map-controls>`
          : nothing
      }`;
  }

  private reading(): TemplateResult | string {
    const { model, painter, pointed } = this;
    const hint = html`<span class="muted">Point at a map to read its values.</span>`;
    const kind = painter.mapKind;
    if (!pointed || !kind) return hint;
    const value = painter.valueAt(pointed.id, pointed.x, pointed.y);
    if (!value) return hint;
    return describeMapValue(value, kind, model.run?.classNames ?? []);
  }
}

function explainedLayers({ settings }: RunSummary): readonly string[] {
  return settings ? EXPLAINED_LAYERS[settings.classifier.architecture] : [];
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-map-bar': MapBar;
  }
}
