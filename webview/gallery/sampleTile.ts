import { iconPath, type IconName } from '../shared/icons.ts';
import type { RgbaPixels } from './layerPixels.ts';
import type { MapLack } from './layerPainter.ts';
import type { MapCaption } from './mapCaption.ts';
import type { DecisionState } from './sampleView.ts';
import type { CopiesContent, TileContent } from './tileContent.ts';
import { pixelUnder } from './tilePixel.ts';

/** What a tile draws. */
export interface TilePicture {
  readonly pixels: RgbaPixels;
  readonly isEnlarged: boolean;
  readonly lack?: MapLack | undefined;
  /** In place of the sample's numbers. */
  readonly caption?: MapCaption | undefined;
}

const DECISION_ICONS: Readonly<Partial<Record<DecisionState, IconName>>> = {
  accepted: 'accept',
  rejected: 'reject',
};

/**
 * One cell of the grid. Made by hand and used again and again, because thousands of samples pass through a few dozen
 * tiles while a person scrolls: only what differs from the sample before is touched.
 */
export class SampleTile {
  readonly element = make('div', 'tile');
  /** The row of the table that is shown; undefined for the empty places of the last line. */
  row: number | undefined;
  private readonly canvas = document.createElement('canvas');
  private readonly missing = make('span', 'missing');
  private readonly lack = make('span', 'lack');
  private readonly decisionMark = make('span', 'mark');
  private readonly differsMark = make('span', 'mark differs');
  private readonly copiesMark = make('span', 'mark copies');
  private readonly badge = make('span', 'badge');
  private readonly name = make('div', 'name');
  private readonly numbers = make('div', 'numbers');
  private content: TileContent | undefined;
  private painted: string | undefined;
  private caption: MapCaption | undefined;

  constructor() {
    const picture = make('div', 'picture');
    const caption = make('div', 'caption');
    this.differsMark.append(makeIcon('differs'));
    this.differsMark.hidden = true;
    this.copiesMark.append(makeIcon('copies'));
    this.copiesMark.hidden = true;
    this.badge.hidden = true;
    this.decisionMark.hidden = true;
    this.missing.hidden = true;
    this.lack.hidden = true;
    this.canvas.hidden = true;
    picture.append(this.canvas, this.missing, this.lack, this.badge);
    picture.append(this.differsMark, this.copiesMark, this.decisionMark);
    caption.append(this.name, this.numbers);
    this.element.append(picture, caption);
    this.element.role = 'gridcell';
  }

  show(row: number, content: TileContent): void {
    const before = this.row === row ? this.content : undefined;
    const { element } = this;
    if (this.row !== row) {
      element.id = `sample-${row}`;
      this.clear();
    }
    if (element.hidden) element.hidden = false;
    this.row = row;
    this.content = content;
    if (before?.name !== content.name) {
      this.name.textContent = content.name;
      this.name.title = content.name;
    }
    if (before?.badge !== content.badge) this.showBadge(content.badge);
    this.showCopies(content.copies);
    if (before?.numbers !== content.numbers || before.label !== content.label) this.writeNumbers();
    if (before?.decision !== content.decision) this.showDecision(content.decision);
    if (!before || before.differs !== content.differs) {
      this.differsMark.hidden = content.differs === undefined;
      this.differsMark.title = content.differs ?? '';
    }
    if (before?.isSelected !== content.isSelected) element.ariaSelected = String(content.isSelected);
    if (before?.isCursor !== content.isCursor) element.classList.toggle('cursor', content.isCursor);
  }

  hide(): void {
    if (this.row === undefined && this.element.hidden) return;
    this.row = undefined;
    this.content = undefined;
    this.clear();
    this.element.hidden = true;
    this.element.removeAttribute('id');
  }

  /** What `paint` was last given; undefined while the place is empty. */
  get paintedKey(): string | undefined {
    return this.painted;
  }

  /** Draws a picture, which `key` stands for. */
  paint(key: string, { pixels, isEnlarged, lack, caption }: TilePicture): void {
    const { canvas } = this;
    const { width, height, rgba } = pixels;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    canvas.getContext('2d')?.putImageData(new ImageData(rgba, width, height), 0, 0);
    canvas.classList.toggle('enlarged', isEnlarged);
    canvas.hidden = false;
    this.missing.hidden = true;
    this.painted = key;
    this.showLack(lack);
    this.showCaption(caption);
  }

  /** The pixel of the picture under a point of the window. */
  pixelAt({ clientX, clientY }: MouseEvent): { readonly x: number; readonly y: number } | undefined {
    const { canvas } = this;
    if (this.painted === undefined) return undefined;
    const box = canvas.getBoundingClientRect();
    return pixelUnder({ x: clientX - box.left, y: clientY - box.top }, box, canvas);
  }

  /** Shows that there is no picture, or not yet: then `reason` is empty. */
  clear(reason = ''): void {
    if (this.painted === undefined && this.missing.textContent === reason) return;
    this.painted = undefined;
    this.canvas.hidden = true;
    this.missing.hidden = reason === '';
    this.missing.textContent = reason;
    this.showLack(undefined);
    this.showCaption(undefined);
  }

  private showLack(lack: MapLack | undefined): void {
    const text = lack?.text ?? '';
    if (this.lack.textContent === text) return;
    this.lack.hidden = lack === undefined;
    this.lack.textContent = text;
    this.lack.title = text;
    this.lack.classList.toggle('pending', lack?.isPending === true);
  }

  private showCaption(caption: MapCaption | undefined): void {
    if (caption?.description === this.caption?.description) return;
    this.caption = caption;
    this.writeNumbers();
  }

  /** What the tile says: of its sample, or of the map over it. */
  private writeNumbers(): void {
    const { content, caption, numbers, element } = this;
    if (!content) return;
    const text = caption?.text ?? content.numbers;
    const title = caption?.description ?? '';
    if (numbers.textContent !== text) numbers.textContent = text;
    if (numbers.title !== title) numbers.title = title;
    element.ariaLabel = caption ? `${content.label}, ${caption.description}` : content.label;
  }

  private showBadge(text = ''): void {
    this.badge.hidden = text === '';
    this.badge.textContent = text;
  }

  private showCopies(copies: CopiesContent | undefined): void {
    const text = copies?.text ?? '';
    if (this.copiesMark.title === text) return;
    this.copiesMark.hidden = copies === undefined;
    this.copiesMark.title = text;
    this.copiesMark.classList.toggle('conflict', copies?.hasOtherLabel === true);
  }

  private showDecision(decision: DecisionState): void {
    this.element.dataset.decision = decision;
    const icon = DECISION_ICONS[decision];
    this.decisionMark.hidden = icon === undefined;
    this.decisionMark.title = decision === 'accepted' ? 'Accepted' : 'Rejected';
    if (icon) this.decisionMark.replaceChildren(makeIcon(icon));
  }
}

function make(tag: 'div' | 'span', className: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}

function makeIcon(name: IconName): SVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', iconPath(name));
  svg.append(path);
  return svg;
}
