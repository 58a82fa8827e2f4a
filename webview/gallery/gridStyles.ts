import { css } from 'lit';

/** Positions and sizes of lines and tiles are set from code, by the layout; here is how they look. */
export const gridStyles = css`
  :host {
    display: block;
    position: relative;
    min-width: 0;
    min-height: 0;
  }

  .scroller {
    position: absolute;
    inset: 0;
    overflow: hidden auto;
    overflow-anchor: none;
    outline: none;
    scrollbar-gutter: stable;
  }

  .content {
    position: relative;
    width: 100%;
    overflow: hidden;
  }

  .line {
    position: absolute;
    top: 0;
    left: 0;
    display: flex;
    gap: 4px;
    padding: 0 8px;
    contain: layout style;
  }

  .tile {
    width: var(--tile-width);
    padding: 4px;
    border: 1px solid transparent;
    border-radius: 4px;
    cursor: default;
    user-select: none;
    contain: layout style paint;
  }

  .tile:hover {
    background: var(--vscode-list-hoverBackground);
    color: var(--vscode-list-hoverForeground);
  }

  .tile[aria-selected='true'] {
    border-color: var(--vscode-contrastActiveBorder, transparent);
    background: var(--vscode-list-inactiveSelectionBackground);
    color: var(--vscode-list-inactiveSelectionForeground, inherit);
  }

  .scroller:focus .tile[aria-selected='true'] {
    background: var(--vscode-list-activeSelectionBackground);
    color: var(--vscode-list-activeSelectionForeground);
  }

  .tile.cursor {
    border-color: var(--vscode-list-inactiveFocusOutline, var(--vscode-descriptionForeground));
  }

  .scroller:focus .tile.cursor {
    border-color: var(--vscode-focusBorder);
    box-shadow: inset 0 0 0 1px var(--vscode-focusBorder);
  }

  .picture {
    position: relative;
    height: var(--picture-height);
    margin: -1px -1px 0;
    border-radius: 2px;
    background: color-mix(in srgb, var(--vscode-foreground) 7%, transparent);
    overflow: hidden;
  }

  canvas {
    display: block;
    width: 100%;
    height: 100%;
    object-fit: contain;
  }

  canvas.enlarged {
    image-rendering: pixelated;
  }

  .tile[data-decision='rejected'] canvas {
    opacity: 0.4;
  }

  .missing {
    position: absolute;
    inset: 0;
    display: flex;
    align-items: center;
    justify-content: center;
    padding: 8px;
    overflow: hidden;
    color: var(--vscode-descriptionForeground);
    font-size: 11px;
    text-align: center;
    overflow-wrap: anywhere;
  }

  .lack {
    position: absolute;
    right: 0;
    bottom: 0;
    max-width: 100%;
    padding: 0 6px;
    border-radius: 4px 0 0;
    overflow: hidden;
    background: color-mix(in srgb, var(--vscode-editor-background) 80%, transparent);
    color: var(--vscode-foreground);
    font-size: 11px;
    line-height: 16px;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .lack.pending::after {
    content: '…';
  }

  .mark {
    position: absolute;
    top: 4px;
    right: 4px;
    display: flex;
    align-items: center;
    justify-content: center;
    width: 20px;
    height: 20px;
    border: 1px solid currentColor;
    border-radius: 50%;
    background: var(--vscode-editor-background);
  }

  .mark.differs {
    right: auto;
    left: 4px;
    border-radius: 4px;
    color: var(--vscode-editorWarning-foreground);
  }

  .mark.copies {
    border-radius: 4px;
  }

  .mark.copies.conflict {
    color: var(--vscode-editorWarning-foreground);
  }

  .badge {
    position: absolute;
    bottom: 0;
    left: 0;
    padding: 0 6px;
    border-radius: 0 4px 0 0;
    background: color-mix(in srgb, var(--vscode-editor-background) 80%, transparent);
    color: var(--vscode-foreground);
    font-size: 11px;
    line-height: 16px;
  }

  .mark .icon {
    width: 14px;
    height: 14px;
    stroke-width: 1.8;
  }

  .tile[data-decision='accepted'] .mark:not(.differs) {
    color: var(--vscode-testing-iconPassed, var(--vscode-foreground));
  }

  .tile[data-decision='rejected'] .mark:not(.differs) {
    color: var(--vscode-testing-iconFailed, var(--vscode-errorForeground));
  }

  .caption {
    height: 38px;
    padding: 4px 2px 0;
    overflow: hidden;
    white-space: nowrap;
  }

  .name {
    overflow: hidden;
    line-height: 18px;
    text-overflow: ellipsis;
  }

  .numbers {
    overflow: hidden;
    color: var(--vscode-descriptionForeground);
    font-size: 11px;
    line-height: 15px;
    font-variant-numeric: tabular-nums;
    text-overflow: ellipsis;
  }

  .scroller:focus .tile[aria-selected='true'] .numbers {
    color: inherit;
  }

  @media (forced-colors: active) {
    .tile {
      border-color: Canvas;
    }

    .tile[aria-selected='true'] {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }

    .scroller:focus .tile.cursor,
    .tile.cursor {
      border: 1px dashed CanvasText;
    }
  }
`;
