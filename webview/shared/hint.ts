import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { baseStyles } from './baseStyles.ts';

/** Px between the word and its explanation, and between that and the window's edge. */
const GAP = 4;
const MARGIN = 8;

/**
 * A word of the field that explains itself: on hovering, on focus by keyboard, and on a click. Escape closes it. The
 * word is the element's content.
 */
@customElement('tsynd-hint')
export class Hint extends LitElement {
  /** One or two plain sentences. */
  @property() text = '';

  @state() private isOpen = false;

  @query('button') private readonly button!: HTMLElement;
  @query('[role=tooltip]') private readonly tooltip!: HTMLElement;

  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: inline;
        font-size: inherit;
      }

      button {
        margin: 0;
        padding: 0;
        border: 0;
        color: inherit;
        background: none;
        font: inherit;
        text-align: start;
        text-decoration: underline dotted;
        text-decoration-color: var(--vscode-descriptionForeground);
        text-decoration-thickness: 1px;
        text-underline-offset: 3px;
        cursor: help;
      }

      button:focus-visible {
        outline-offset: 1px;
      }

      [role='tooltip'] {
        position: fixed;
        z-index: 10;
        width: max-content;
        max-width: min(300px, calc(100vw - 16px));
        padding: 4px 8px;
        font-size: 12px;
        white-space: normal;
        visibility: hidden;
        color: var(--vscode-editorHoverWidget-foreground, var(--vscode-foreground));
        background: var(--vscode-editorHoverWidget-background, Canvas);
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-editorHoverWidget-border, currentColor));
        border-radius: 3px;
        box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
      }

      .open {
        visibility: visible;
      }
    `,
  ];

  override render(): TemplateResult {
    return html`<button
        type="button"
        aria-describedby="explanation"
        @mouseenter=${() => (this.isOpen = true)}
        @mouseleave=${() => (this.isOpen = false)}
        @focus=${() => (this.isOpen = this.button.matches(':focus-visible'))}
        @blur=${() => (this.isOpen = false)}
        @click=${() => (this.isOpen = true)}
        @keydown=${(event: KeyboardEvent) => this.keyPressed(event)}
      >
        <slot></slot></button
      ><span id="explanation" role="tooltip" class=${this.isOpen ? 'open' : ''}>${this.text}</span>`;
  }

  protected override updated(): void {
    if (!this.isOpen) return;
    const word = this.button.getBoundingClientRect();
    const { width, height } = this.tooltip.getBoundingClientRect();
    const left = Math.max(MARGIN, Math.min(word.left, window.innerWidth - width - MARGIN));
    const below = word.bottom + GAP;
    const top = below + height > window.innerHeight - MARGIN ? word.top - height - GAP : below;
    // Through the object model: the page's policy forbids style attributes.
    this.tooltip.style.left = `${left}px`;
    this.tooltip.style.top = `${Math.max(MARGIN, top)}px`;
  }

  private keyPressed(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !this.isOpen) return;
    this.isOpen = false;
    event.stopPropagation();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-hint': Hint;
  }
}
