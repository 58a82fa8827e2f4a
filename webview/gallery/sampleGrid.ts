import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';

import { baseStyles } from '../shared/baseStyles.ts';
import type { GalleryModel } from './galleryModel.ts';
import { readGridKey } from './gridKeys.ts';
import { GRID_PADDING, layoutGrid, scrollToShow, type GridLayout } from './gridLayout.ts';
import type { GridScene } from './gridScene.ts';
import { gridStyles } from './gridStyles.ts';
import type { LayerPainter } from './layerPainter.ts';
import { LAYERS } from './layers.ts';
import { collapse, moveCursor, positionOf, select, type SelectMode } from './selection.ts';
import { TileLines } from './tileLines.ts';
import { wantedImages } from './wantedImages.ts';

/** Lines that have elements beyond the window's edges. */
const OVERSCAN_LINES = 2;
/** Painting stops after so long in a frame and goes on in the next one, so that scrolling never waits for it. */
const PAINT_BUDGET_MS = 6;

/** A pixel of a sample's picture. */
export interface PointedPixel {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

/**
 * All samples of the view, of which only those in sight have elements. One element has the focus for all of them, and
 * says by `aria-activedescendant` where the cursor is: the tiles themselves come and go.
 */
@customElement('tsynd-sample-grid')
export class SampleGrid extends LitElement {
  static override readonly styles = [baseStyles, gridStyles];

  @property({ attribute: false }) model!: GalleryModel;
  @property({ attribute: false }) painter!: LayerPainter;

  @query('.scroller') private readonly scroller!: HTMLElement;
  @query('.content') private readonly content!: HTMLElement;

  private lines!: TileLines;
  private virtualizer!: Virtualizer<HTMLElement, HTMLElement>;
  private readonly cleanUps: (() => void)[] = [];
  private scene: GridScene | undefined;
  /** By what the view was made; when that changes, the scroll position means nothing any more. */
  private ordering: readonly unknown[] = [];
  private width = 0;
  private height = 0;
  private paintFrame = 0;
  private pointed: PointedPixel | undefined;

  override render(): TemplateResult {
    return html`<div
      class="scroller"
      role="grid"
      tabindex="0"
      aria-label=${this.model.kind === 'samples' ? 'Samples' : 'Images'}
      aria-multiselectable="true"
      @keydown=${this.onKey}
      @click=${this.onClick}
      @dblclick=${() => this.model.showDetails(true)}
      @contextmenu=${this.onContextMenu}
      @focus=${this.onFocus}
      @pointermove=${this.onPointer}
      @pointerleave=${() => this.pointAt(undefined)}
    >
      <div class="content" role="presentation"></div>
    </div>`;
  }

  override firstUpdated(): void {
    this.lines = new TileLines(this.content);
    this.virtualizer = new Virtualizer(this.virtualizerOptions());
    const resizes = new ResizeObserver(([{ contentRect }]) => this.resize(contentRect));
    resizes.observe(this.scroller);
    this.cleanUps.push(
      this.virtualizer._didMount(),
      this.model.subscribe(() => this.refresh()),
      () => resizes.disconnect(),
    );
    this.virtualizer._willUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.paintFrame);
    for (const cleanUp of this.cleanUps.splice(0)) cleanUp();
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('model')) this.refresh();
  }

  override focus(): void {
    this.scroller.focus({ preventScroll: true });
  }

  /** Draws what has come, now or as soon as there is a frame for it. */
  repaint(): void {
    this.paintFrame ||= requestAnimationFrame(() => {
      this.paintFrame = 0;
      this.paint();
    });
  }

  private resize({ width, height }: { readonly width: number; readonly height: number }): void {
    if (width === this.width && height === this.height) return;
    this.width = width;
    this.height = height;
    this.refresh();
  }

  /** Brings everything up to date with the model. */
  private refresh(): void {
    const { run, view, selection, state } = this.model;
    if (!run || this.width === 0) return;
    const before = this.scene;
    const anchor = before ? this.anchor() : state.scroll;
    const { across } = LAYERS[state.layer];
    const fresh = layoutGrid(this.width, view.length, state.tileSize, across);
    const layout = before && isSameLayout(before.layout, fresh) ? before.layout : fresh;
    this.scene = { run, view, selection, layout };
    this.painter.show(state);
    if (layout !== before?.layout) this.applyLayout(layout);
    this.restoreScroll(before, anchor);
    this.scroller.ariaRowCount = String(layout.lines);
    this.scroller.ariaColCount = String(layout.columns);
    this.drawLines();
  }

  private applyLayout({ tileWidth, pictureHeight }: GridLayout): void {
    this.content.style.setProperty('--tile-width', `${tileWidth}px`);
    this.content.style.setProperty('--picture-height', `${pictureHeight}px`);
    this.virtualizer.setOptions(this.virtualizerOptions());
    this.virtualizer.measure();
    this.content.style.height = `${this.virtualizer.getTotalSize()}px`;
  }

  /** Where to be after a change: at the same samples, unless these were reordered; then at the cursor. */
  private restoreScroll(before: GridScene | undefined, anchor: Anchor | undefined): void {
    const { view, selection, layout, run } = this.scene!;
    const ordering = [this.model.state.filter, this.model.state.sort];
    const isReordered = before !== undefined && ordering.some((part, index) => part !== this.ordering[index]);
    this.ordering = ordering;
    if (isReordered) {
      if (selection.cursor === undefined) this.moveTo(0);
      else this.reveal(selection.cursor);
      return;
    }
    if (layout !== before?.layout && anchor) {
      const position = positionOf(view, run.rowOfId.get(anchor.id) ?? -1);
      if (position >= 0) {
        const top = GRID_PADDING + Math.floor(position / layout.columns) * layout.lineHeight;
        this.moveTo(top - anchor.offset);
      }
    }
    if (before && selection.cursor !== undefined && selection.cursor !== before.selection.cursor) {
      this.reveal(selection.cursor);
    }
  }

  private reveal(row: number): void {
    const { view, layout } = this.scene!;
    const position = positionOf(view, row);
    if (position < 0) return;
    const line = Math.floor(position / layout.columns);
    this.moveTo(scrollToShow(line, layout, this.offset, this.height));
  }

  private moveTo(top: number): void {
    const target = Math.max(0, top);
    if (Math.abs(target - this.offset) < 1) return;
    this.scroller.scrollTop = target;
    // The scroll event comes later in this frame; the lines are wanted now.
    this.virtualizer.scrollOffset = this.scroller.scrollTop;
  }

  private get offset(): number {
    return this.virtualizer.scrollOffset ?? 0;
  }

  private onScroll(): void {
    if (!this.scene) return;
    this.drawLines();
    // Another sample lies under the pointer now, or none.
    this.pointAt(undefined);
    this.model.rememberScroll(this.anchor());
  }

  /** The first sample in sight, and how far its top lies below the window's. */
  private anchor(): Anchor | undefined {
    const { scene } = this;
    if (!scene || scene.view.length === 0) return undefined;
    const { columns, lines, lineHeight } = scene.layout;
    const line = Math.min(lines - 1, Math.max(0, Math.floor((this.offset - GRID_PADDING) / lineHeight)));
    const offset = GRID_PADDING + line * lineHeight - this.offset;
    return { id: scene.run.table.ids[scene.view[line * columns]], offset };
  }

  private drawLines(): void {
    const { scene } = this;
    if (!scene) return;
    this.lines.update(this.virtualizer.getVirtualItems(), scene);
    this.markCursor(scene);
    this.paint();
    this.wantImages(scene);
  }

  private markCursor({ selection }: GridScene): void {
    const tile = selection.cursor === undefined ? undefined : this.lines.tileOf(selection.cursor);
    if (tile) this.scroller.setAttribute('aria-activedescendant', tile.element.id);
    else this.scroller.removeAttribute('aria-activedescendant');
  }

  private paint(): void {
    if (!this.lines.paint(this.painter, performance.now() + PAINT_BUDGET_MS)) this.repaint();
  }

  private wantImages(scene: GridScene): void {
    const window = { top: this.offset, height: this.height };
    const { images, maps } = wantedImages(scene, window, this.painter, this.model.state.details.isOpen);
    this.painter.cache.want(images.visible, images.margin);
    this.painter.maps.want(maps.visible, maps.margin);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const key = readGridKey(event);
    const { scene, model } = this;
    if (!key || !scene) return;
    const { selection, view, layout } = scene;
    switch (key.kind) {
      case 'move': {
        const pageRows = Math.max(1, Math.floor(this.height / layout.lineHeight));
        const row = moveCursor(selection, view, key.move, { columns: layout.columns, pageRows });
        if (row === undefined) break;
        if (key.mode === 'cursorOnly') model.setSelection({ ...selection, cursor: row });
        else this.selectRow(row, key.mode);
        break;
      }
      case 'toggle':
        if (selection.cursor !== undefined) this.selectRow(selection.cursor, 'toggle');
        break;
      case 'open':
        model.showDetails(true);
        break;
      case 'escape':
        if (selection.rows.size > 1) model.setSelection(collapse(selection));
        else model.showDetails(false);
    }
    event.preventDefault();
  };

  private readonly onClick = (event: MouseEvent): void => {
    const row = this.rowAt(event);
    if (row === undefined) return;
    const mode = event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'single';
    this.selectRow(row, mode);
  };

  /** A menu is about the selection; what was clicked outside of it becomes the selection. */
  private readonly onContextMenu = (event: MouseEvent): void => {
    const row = this.rowAt(event);
    if (row !== undefined && !this.model.selection.rows.has(row)) this.selectRow(row, 'single');
  };

  private readonly onFocus = (): void => {
    // A click sets the cursor itself.
    if (!this.scene || !this.scroller.matches(':focus-visible')) return;
    const { selection, view, layout } = this.scene;
    if (selection.cursor !== undefined || view.length === 0) return;
    const line = Math.max(0, Math.ceil((this.offset - GRID_PADDING) / layout.lineHeight));
    const cursor = view[Math.min(view.length - 1, line * layout.columns)];
    this.model.setSelection({ ...selection, cursor, anchor: cursor });
  };

  private readonly onPointer = (event: PointerEvent): void => {
    if (this.painter.mapKind === undefined) return;
    const row = this.rowAt(event);
    const pixel = row === undefined ? undefined : this.lines.tileOf(row)?.pixelAt(event);
    const id = row === undefined ? undefined : this.scene?.run.table.ids[row];
    this.pointAt(pixel && id !== undefined ? { id, ...pixel } : undefined);
  };

  private pointAt(detail: PointedPixel | undefined): void {
    const { pointed } = this;
    const isSame = detail?.id === pointed?.id && detail?.x === pointed?.x && detail?.y === pointed?.y;
    if (isSame) return;
    this.pointed = detail;
    this.dispatchEvent(new CustomEvent<PointedPixel | undefined>('point-at', { detail }));
  }

  private selectRow(row: number, mode: SelectMode): void {
    this.model.setSelection(select(this.model.selection, this.model.view, row, mode));
  }

  private rowAt(event: MouseEvent): number | undefined {
    const target = event.composedPath()[0];
    const tile = target instanceof Element ? target.closest('.tile') : undefined;
    const row = tile && /^sample-(\d+)$/.exec(tile.id)?.[1];
    return row ? Number(row) : undefined;
  }

  private virtualizerOptions(): ConstructorParameters<typeof Virtualizer<HTMLElement, HTMLElement>>[0] {
    const { lines = 0, lineHeight = 1 } = this.scene?.layout ?? {};
    return {
      count: lines,
      estimateSize: () => lineHeight,
      paddingStart: GRID_PADDING,
      paddingEnd: GRID_PADDING,
      overscan: OVERSCAN_LINES,
      getScrollElement: () => this.scroller,
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      onChange: () => this.onScroll(),
    };
  }
}

type Anchor = NonNullable<GalleryModel['state']['scroll']>;

function isSameLayout(a: GridLayout, b: GridLayout): boolean {
  return (
    a.columns === b.columns &&
    a.lines === b.lines &&
    a.tileWidth === b.tileWidth &&
    a.pictureHeight === b.pictureHeight
  );
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-sample-grid': SampleGrid;
  }
}
