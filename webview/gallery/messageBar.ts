import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { baseStyles } from '../shared/baseStyles.ts';
import { icon, type IconName } from '../shared/icons.ts';

export type MessageKind = 'info' | 'warning' | 'error' | 'lock' | 'busy';

const ICONS: Readonly<Record<Exclude<MessageKind, 'busy'>, IconName>> = {
  info: 'info',
  warning: 'warning',
  error: 'error',
  lock: 'lock',
};

/** One line across the page that says something, with what can be done about it in its slot `actions`. */
@customElement('tsynd-message-bar')
export class MessageBar extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        flex: none;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 8px;
        min-height: 32px;
        padding: 4px 8px 4px 12px;
        border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
      }

      .text {
        display: flex;
        flex: 1 1 240px;
        gap: 8px;
        min-width: 0;
        overflow-wrap: anywhere;
      }

      .text .icon {
        margin-top: 1px;
      }

      .info,
      .lock {
        color: var(--vscode-notificationsInfoIcon-foreground, var(--vscode-foreground));
      }

      .warning {
        color: var(--vscode-notificationsWarningIcon-foreground, var(--vscode-editorWarning-foreground));
      }

      .error {
        color: var(--vscode-notificationsErrorIcon-foreground, var(--vscode-errorForeground));
      }

      vscode-progress-ring {
        flex: none;
        width: 16px;
        height: 16px;
      }

      .actions {
        display: flex;
        flex: none;
        align-items: center;
        gap: 8px;
      }
    `,
  ];

  @property() kind: MessageKind = 'info';
  /** Whether it can be put away; then `dismiss` is told. */
  @property({ type: Boolean }) isDismissible = false;

  override render(): TemplateResult {
    return html`
      <div class="text">
        ${
          this.kind === 'busy'
            ? html`<vscode-progress-ring aria-hidden="true"></vscode-progress-ring>`
            : html`<span class=${this.kind}>${icon(ICONS[this.kind])}</span>`
        }
        <span><slot></slot></span>
      </div>
      <div class="actions">
        <slot name="actions"></slot>
        ${
          this.isDismissible
            ? html`<vscode-button
                appearance="icon"
                aria-label="Dismiss"
                title="Dismiss"
                @click=${() => this.dispatchEvent(new CustomEvent('dismiss'))}
                >${icon('close')}</vscode-button
              >`
            : nothing
        }
      </div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-message-bar': MessageBar;
  }
}
