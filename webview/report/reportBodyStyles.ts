import { css } from 'lit';

/** The report's own styles in the editor's colours and type, and what is only on a page that answers clicks. */
export const reportBodyStyles = css`
  :host {
    --report-ink: var(--vscode-foreground);
    --report-paper: var(--vscode-editor-background);
    --report-quiet: var(--vscode-descriptionForeground);
    --report-line: var(--vscode-panel-border, var(--vscode-contrastBorder, currentColor));
    --report-tint: var(--vscode-list-hoverBackground, transparent);
    --report-accent: var(--vscode-textLink-foreground);
    --report-size: var(--vscode-font-size, 13px);
    --report-font: var(--vscode-font-family);
    display: block;
    padding: 0 var(--tsynd-edge) 48px;
  }

  .tsynd-report section:focus {
    outline: none;
  }

  .tsynd-report h2 {
    scroll-margin-top: 8px;
  }

  .tsynd-report pre {
    background: var(--vscode-textCodeBlock-background, transparent);
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: var(--vscode-editor-font-size, 12px);
  }

  .tsynd-report ul {
    padding: revert;
  }

  .tsynd-report .warnings {
    padding: 0.1em 0 0.1em 1em;
    border-left-color: var(--vscode-editorWarning-foreground, #d2600f);
  }

  .tsynd-report .legend {
    padding: 0;
  }

  .tsynd-report [data-confusion] {
    min-width: 100%;
    padding: 0.35em 0.6em;
    border-radius: 2px;
  }

  .tsynd-report .confusion td {
    padding: 1px;
  }

  .tsynd-report [data-confusion]:hover {
    outline: 1px solid var(--report-accent);
    outline-offset: -1px;
    text-decoration: none;
  }

  .tsynd-report [data-confusion][aria-pressed='true'] {
    outline: 2px solid var(--vscode-focusBorder, currentColor);
    outline-offset: -2px;
    font-weight: 600;
  }
`;
