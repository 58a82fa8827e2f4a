import { iconPath, type IconName } from '../shared/icons.ts';
import type { RgbaPixels } from './layerPixels.ts';
import type { DecisionState } from './sampleView.ts';
import type { TileContent } from './tileContent.ts';

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
  private readonly decisionMark = make('span', 'mark');
  private readonly differsMark = make('span', 'mark differs');
  private readonly name = make('div', 'name');
  private readonly numbers = make('div', 'numbers');
  private content: TileContent | undefined;
  private painted: string | undefined;

  constructor() {
    const picture = make('div', 'picture');
    const caption = make('div', 'caption');
    this.differsMark.append(makeIcon('differs'));
    this.differsMark.hidden = true;
    this.decisionMark.hidden = true;
    this.missing.hidden = true;
    this.canvas.hidden = true;
    picture.append(this.canvas, this.missing, this.differsMark, this.decisionMark);
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
    if (before?.name !== content.name) this.name.textContent = content.name;
    if (before?.numbers !== content.numbers) this.numbers.textContent = content.numbers;
    if (before?.label !== content.label) element.ariaLabel = content.label;
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

  /** Draws pixels, which `key` stands for. */
  paint(key: string, { width, height, rgba }: RgbaPixels, isEnlarged: boolean): void {
    const { canvas } = this;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    canvas.getContext('2d')?.putImageData(new ImageData(rgba, width, height), 0, 0);
    canvas.classList.toggle('enlarged', isEnlarged);
    canvas.hidden = false;
    this.missing.hidden = true;
    this.painted = key;
  }

  /** Shows that there is no picture, or not yet: then `reason` is empty. */
  clear(reason = ''): void {
    if (this.painted === undefined && this.missing.textContent === reason) return;
    this.painted = undefined;
    this.canvas.hidden = true;
    this.missing.hidden = reason === '';
    this.missing.textContent = reason;
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
