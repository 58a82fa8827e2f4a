import { css } from 'lit';

export const detailsStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    container-type: inline-size;
  }

  header {
    display: flex;
    flex: none;
    align-items: center;
    gap: 4px;
    height: 36px;
    padding: 0 8px 0 12px;
  }

  header h2 {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .spacer {
    flex: 1;
  }

  .body {
    display: flex;
    flex: 1;
    flex-direction: column;
    gap: 16px;
    min-height: 0;
    padding: 0 12px 16px;
    overflow: hidden auto;
  }

  .columns {
    display: grid;
    gap: 16px 32px;
  }

  @container (min-width: 720px) {
    .columns {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
  }

  tsynd-compare-view {
    flex: none;
    max-width: 960px;
  }

  tsynd-image-view {
    flex: none;
    width: 100%;
    max-width: 480px;
    aspect-ratio: 1;
  }

  .conflict {
    color: var(--vscode-editorWarning-foreground);
  }

  .facts {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 4px 16px;
  }

  .decision {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }

  .accepted .icon {
    color: var(--vscode-testing-iconPassed, currentColor);
  }

  .rejected .icon {
    color: var(--vscode-testing-iconFailed, currentColor);
  }

  h3 {
    margin-bottom: 6px;
  }

  dl {
    display: grid;
    grid-template-columns: minmax(108px, max-content) minmax(0, 1fr);
    gap: 3px 16px;
  }

  dt {
    color: var(--vscode-descriptionForeground);
  }

  dd {
    overflow-wrap: anywhere;
    font-variant-numeric: tabular-nums;
  }

  .code {
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 11px;
    line-height: 18px;
    word-break: break-all;
  }

  button.link {
    padding: 0;
    border: 0;
    background: none;
    color: var(--vscode-textLink-foreground);
    font: inherit;
    text-align: left;
    overflow-wrap: anywhere;
    cursor: pointer;
  }

  button.link:hover {
    color: var(--vscode-textLink-activeForeground);
    text-decoration: underline;
  }

  @media (forced-colors: active) {
    button.link {
      text-decoration: underline;
    }
  }

  .empty {
    padding: 24px 12px;
    color: var(--vscode-descriptionForeground);
    text-align: center;
  }

  .failed {
    display: grid;
    justify-items: start;
    gap: 8px;
  }

  .skeleton {
    height: 13px;
    margin-bottom: 8px;
    border-radius: 2px;
    background: color-mix(in srgb, var(--vscode-foreground) 8%, transparent);
  }
`;
