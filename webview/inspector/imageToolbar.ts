import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { baseStyles } from '../shared/baseStyles.ts';
import type { ImageTool } from '../shared/imageView/imageViewEvents.ts';
import { viewIcon, type ViewIconName } from '../shared/imageView/viewIcons.ts';

/** All that the toolbar can ask for. */
export const IMAGE_ACTIONS = [
  'window',
  'pan',
  'zoomOut',
  'zoomIn',
  'fit',
  'actualSize',
  'automatic',
  'invert',
  'reset',
] as const satisfies readonly ViewIconName[];
export type ImageAction = (typeof IMAGE_ACTIONS)[number];

const TITLES: Readonly<Record<ImageAction, string>> = {
  window: 'Dragging and arrow keys change window and level (with Shift: pan)',
  pan: 'Dragging and arrow keys pan (with Shift: change window and level)',
  zoomOut: 'Zoom out',
  zoomIn: 'Zoom in',
  fit: 'Fit to the pane',
  actualSize: 'Actual size',
  automatic: 'Window from the image’s values, without the outermost 0.5 % at each end',
  invert: 'Invert black and white',
  reset: 'Reset window and zoom',
};

const NAMES: Readonly<Record<ImageAction, string>> = {
  ...TITLES,
  window: 'Window and level by dragging or arrow keys',
  pan: 'Pan by dragging or arrow keys',
  automatic: 'Automatic window',
};

const GROUPS: readonly (readonly ImageAction[])[] = [
  ['window', 'pan'],
  ['zoomOut', 'zoomIn', 'fit', 'actualSize'],
  ['automatic', 'invert', 'reset'],
];

/** Buttons over the image. Tells `image-action` with the action. */
@customElement('tsynd-image-toolbar')
export class ImageToolbar extends LitElement {
  @property({ attribute: false }) tool: ImageTool = 'window';
  @property({ attribute: false }) isAutomatic = false;
  @property({ attribute: false }) isInverted = false;
  @property({ attribute: false }) isDisabled = false;

  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 2px;
        min-height: 30px;
        padding: 2px 8px;
      }

      .separator {
        width: 1px;
        height: 16px;
        margin: 0 4px;
        background: var(--vscode-panel-border, currentColor);
      }

      vscode-button[aria-pressed='true'] {
        color: var(--vscode-inputOption-activeForeground, inherit);
        background: var(--vscode-inputOption-activeBackground);
        outline: 1px solid var(--vscode-inputOption-activeBorder, transparent);
        outline-offset: -1px;
      }

      @media (max-width: 340px) {
        :host {
          gap: 0;
          padding: 2px 4px;
        }

        .separator {
          margin: 0 2px;
        }
      }

      @media (forced-colors: active) {
        .separator {
          background: CanvasText;
        }

        vscode-button[aria-pressed='true'] {
          outline-color: Highlight;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = 'group';
    this.ariaLabel = 'View';
  }

  override render(): TemplateResult {
    return html`${GROUPS.map(
      (actions, index) =>
        html`${index > 0 ? html`<span class="separator"></span>` : ''}${actions.map((action) =>
          this.button(action),
        )}`,
    )}`;
  }

  private button(action: ImageAction): TemplateResult {
    return html`<vscode-button
      appearance="icon"
      title=${TITLES[action]}
      aria-label=${NAMES[action]}
      aria-pressed=${this.pressed(action)}
      ?disabled=${this.isDisabled}
      @click=${() => this.dispatchEvent(new CustomEvent<ImageAction>('image-action', { detail: action }))}
      >${viewIcon(action)}</vscode-button
    >`;
  }

  /** For what is on or off; the others have no such state. */
  private pressed(action: ImageAction): 'true' | 'false' | undefined {
    switch (action) {
      case 'window':
      case 'pan':
        return this.tool === action ? 'true' : 'false';
      case 'automatic':
        return this.isAutomatic ? 'true' : 'false';
      case 'invert':
        return this.isInverted ? 'true' : 'false';
      default:
        return undefined;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-image-toolbar': ImageToolbar;
  }
}
