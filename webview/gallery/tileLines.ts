import type { GridScene } from './gridScene.ts';
import type { LayerPainter } from './layerPainter.ts';
import { mapCaption } from './mapCaption.ts';
import { SampleTile } from './sampleTile.ts';
import { tileContent } from './tileContent.ts';

/** A line that should be there, its top in px. */
export interface LinePlace {
  readonly index: number;
  readonly start: number;
}

interface Line {
  readonly element: HTMLElement;
  readonly tiles: SampleTile[];
  index: number;
  scene: GridScene | undefined;
}

/** The lines of tiles that have elements; those that leave the window serve again where others enter it. */
export class TileLines {
  private readonly container: HTMLElement;
  private lines = new Map<number, Line>();
  private spare: Line[] = [];

  constructor(container: HTMLElement) {
    this.container = container;
  }

  /** Puts lines where they belong and tells tiles what they show; lines that know it already are left alone. */
  update(places: readonly LinePlace[], scene: GridScene): void {
    const old = this.lines;
    this.lines = new Map();
    for (const { index } of places) {
      const line = old.get(index);
      if (!line) continue;
      this.lines.set(index, line);
      old.delete(index);
    }
    this.spare.push(...old.values());
    for (const { index, start } of places) {
      const line = this.lines.get(index) ?? this.takeLine(index);
      if (line.scene === scene) continue;
      line.element.style.transform = `translateY(${start}px)`;
      line.index = index;
      line.scene = scene;
      fill(line, scene);
    }
    for (const line of this.spare) {
      line.element.hidden = true;
      line.scene = undefined;
    }
  }

  /** The tile of a row, while it has one. */
  tileOf(row: number): SampleTile | undefined {
    for (const { tiles } of this.lines.values()) {
      const tile = tiles.find((candidate) => candidate.row === row);
      if (tile) return tile;
    }
    return undefined;
  }

  /** Draws the pictures that have come, as many as there is time for; false when some are left for the next frame. */
  paint(painter: LayerPainter, deadline: number): boolean {
    for (const { tiles, scene } of this.lines.values()) {
      if (!scene) continue;
      for (const tile of tiles) {
        if (tile.row === undefined) continue;
        const id = scene.run.table.ids[tile.row];
        const key = painter.keyOf(id);
        if (tile.paintedKey === key) continue;
        const picture = painter.pictureOf(id);
        if (picture.kind === 'pixels') {
          const { pixels, lack, facts } = picture;
          const isEnlarged = pixels.width < scene.layout.tileWidth;
          tile.paint(key, { pixels, isEnlarged, lack, caption: mapCaption(facts) });
        } else tile.clear(picture.kind === 'missing' ? picture.reason : '');
        if (performance.now() > deadline) return false;
      }
    }
    return true;
  }

  private takeLine(index: number): Line {
    const line = this.spare.pop() ?? this.makeLine();
    // It shows another part of the list now, even where nothing else has changed.
    line.scene = undefined;
    line.element.hidden = false;
    this.lines.set(index, line);
    return line;
  }

  private makeLine(): Line {
    const element = document.createElement('div');
    element.className = 'line';
    element.role = 'row';
    this.container.append(element);
    return { element, tiles: [], index: -1, scene: undefined };
  }
}

function fill({ element, tiles, index }: Line, { run, view, selection, layout }: GridScene): void {
  element.setAttribute('aria-rowindex', String(index + 1));
  for (const tile of tiles.splice(layout.columns)) tile.element.remove();
  while (tiles.length < layout.columns) {
    const tile = new SampleTile();
    tiles.push(tile);
    tile.element.setAttribute('aria-colindex', String(tiles.length));
    element.append(tile.element);
  }
  tiles.forEach((tile, column) => {
    const position = index * layout.columns + column;
    if (position >= view.length) {
      tile.hide();
      return;
    }
    const row = view[position];
    const isSelected = selection.rows.has(row);
    tile.show(row, tileContent(run, row, { isSelected, isCursor: selection.cursor === row }));
  });
}
