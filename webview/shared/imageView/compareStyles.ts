import { css } from 'lit';

/** Two panes, their captions, and a divider that is seen on any image. */
export const compareStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
  }

  .panes {
    position: relative;
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 4px;
    flex: 1 1 auto;
    aspect-ratio: 2 / 1;
    min-height: 120px;
    overflow: hidden;
  }

  .panes.swipe {
    grid-template-columns: 1fr;
    aspect-ratio: 1 / 1;
    max-height: 70vh;
  }

  .swipe > * {
    grid-area: 1 / 1;
  }

  .swipe > .over {
    clip-path: inset(0 0 0 var(--divider, 50%));
  }

  tsynd-image-view {
    min-height: 0;
  }

  .missing {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: 4px;
    min-width: 0;
    padding: 8px;
    overflow: auto;
    text-align: center;
    border: 1px dashed var(--vscode-contrastBorder, var(--vscode-panel-border, currentColor));
  }

  .missing svg.icon {
    width: 24px;
    height: 24px;
    stroke-width: 0.9;
    color: var(--vscode-descriptionForeground);
  }

  .divider {
    position: absolute;
    inset-block: 0;
    left: var(--divider, 50%);
    width: 24px;
    margin-left: -12px;
    cursor: col-resize;
    touch-action: none;
    outline: none;
  }

  .divider::before {
    content: '';
    position: absolute;
    inset-block: 0;
    left: 11px;
    width: 2px;
    background: var(--vscode-editor-foreground, currentColor);
    box-shadow: 0 0 0 1px var(--vscode-editor-background);
  }

  .grip {
    position: absolute;
    top: 50%;
    left: 2px;
    display: grid;
    place-items: center;
    width: 20px;
    height: 20px;
    margin-top: -10px;
    border-radius: 50%;
    color: var(--vscode-button-foreground);
    background: var(--vscode-button-background);
    border: 1px solid var(--vscode-contrastBorder, transparent);
  }

  .grip svg {
    width: 12px;
    height: 12px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.5;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  .divider:hover::before,
  .divider:focus-visible::before {
    background: var(--vscode-focusBorder);
  }

  .divider:focus-visible .grip {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 2px;
  }

  .captions {
    display: grid;
    grid-template-columns: 1fr auto 1fr;
    align-items: center;
    gap: 4px;
    padding-top: 4px;
    font-size: 11px;
    color: var(--vscode-descriptionForeground);
  }

  .captions > span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .captions > :last-child {
    text-align: end;
  }

  .modes {
    display: flex;
    gap: 4px;
  }

  vscode-button[aria-pressed='true'] {
    color: var(--vscode-inputOption-activeForeground, inherit);
    background: var(--vscode-inputOption-activeBackground);
    outline: 1px solid var(--vscode-inputOption-activeBorder, transparent);
    outline-offset: -1px;
  }

  @media (forced-colors: active) {
    .divider::before,
    .grip {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
  }
`;
