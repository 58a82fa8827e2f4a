import { css } from 'lit';

/** Six columns, or five below a line of words, with their heads and the legend always in sight. */
export const tableStyles = css`
  :host {
    --tsynd-columns: minmax(132px, 1.2fr) repeat(5, minmax(84px, 1fr));
    --tsynd-cell-background: color-mix(in srgb, var(--vscode-foreground, currentColor) 6%, transparent);
    display: block;
    max-width: 1360px;
  }

  .legends {
    position: sticky;
    top: 0;
    z-index: 2;
    padding: 4px var(--tsynd-edge) 0;
    font-size: 11px;
    background: var(--vscode-editor-background);
  }

  .scales {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 24px;
  }

  .scales > div {
    display: flex;
    align-items: center;
    gap: 8px;
  }

  .reading {
    height: 20px;
    line-height: 20px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .columns {
    display: grid;
    grid-template-columns: var(--tsynd-columns);
    gap: 8px;
    padding: 8px var(--tsynd-edge);
  }

  .columns > * {
    min-width: 0;
  }

  .head {
    position: sticky;
    top: var(--tsynd-legend-height, 42px);
    z-index: 1;
    padding-block: 4px;
    font-size: 11px;
    background: var(--vscode-editor-background);
    border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, currentColor));
  }

  .head > * {
    display: flex;
    align-items: flex-end;
    gap: 6px;
    overflow-wrap: anywhere;
  }

  .head .badge {
    align-self: flex-end;
  }

  .run-name {
    display: block;
    color: var(--vscode-descriptionForeground);
  }

  .image {
    align-items: start;
    /* Not under the legend and the heads, when a key goes to it. */
    scroll-margin-top: calc(var(--tsynd-legend-height, 42px) + 56px);
    border-bottom: 1px solid
      color-mix(in srgb, var(--vscode-panel-border, var(--vscode-foreground, currentColor)) 60%, transparent);
  }

  .image:hover {
    background: var(--vscode-list-hoverBackground);
  }

  .title {
    display: flex;
    flex-direction: column;
    gap: 2px;
  }

  .name {
    display: flex;
    align-items: center;
    gap: 2px;
    margin-left: -4px;
    font-weight: 600;
  }

  .name > span,
  .probability > span:nth-of-type(2) {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .chevron {
    display: block;
  }

  .chevron.open {
    transform: rotate(90deg);
  }

  .probability {
    display: flex;
    align-items: center;
    gap: 6px;
  }

  .probability .badge {
    align-self: center;
    line-height: 15px;
  }

  .predicted {
    padding-inline-start: 24px;
  }

  .differs {
    color: var(--vscode-editorWarning-foreground, currentColor);
  }

  .change {
    padding-top: 2px;
  }

  .blank {
    display: flex;
    flex-direction: column;
    gap: 4px;
    aspect-ratio: 1;
    padding: 6px;
    overflow: auto;
    overflow-wrap: anywhere;
    border: 1px dashed var(--vscode-contrastBorder, var(--vscode-panel-border, currentColor));
  }

  .blank.waiting {
    border-style: solid;
    border-color: transparent;
    background: var(--tsynd-cell-background);
    animation: wait 1.6s ease-in-out infinite alternate;
  }

  .blank.failed svg {
    color: var(--vscode-errorForeground);
  }

  @keyframes wait {
    to {
      opacity: 0.4;
    }
  }

  @media (max-width: 900px) {
    .columns {
      gap: 6px;
    }
  }

  /* Too narrow for six columns: the words above the pictures. */
  @media (max-width: 640px) {
    :host {
      --tsynd-columns: repeat(5, minmax(0, 1fr));
    }

    .title {
      grid-column: 1 / -1;
      flex-flow: row wrap;
      gap: 0 12px;
    }

    .head > :first-child {
      display: none;
    }

    .head > * {
      flex-direction: column;
      align-items: flex-start;
      justify-content: flex-end;
      gap: 2px;
    }

    .head .badge {
      align-self: flex-start;
    }
  }
`;
