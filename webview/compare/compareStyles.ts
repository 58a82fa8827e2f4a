import { css } from 'lit';

/** The page scrolls as a whole; the table keeps its heads in sight by itself. */
export const compareStyles = css`
  :host {
    /* What all parts of the page keep from its sides. */
    --tsynd-edge: 16px;
    display: block;
    height: 100vh;
    overflow: auto;
    background: var(--vscode-editor-background);
  }

  .whole {
    padding: 16px;
  }

  .line {
    padding: 8px var(--tsynd-edge);
  }

  .controls {
    display: grid;
    gap: 12px;
    margin: 0 var(--tsynd-edge) 8px;
    padding: 10px 12px;
    max-width: 1328px;
    border: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, currentColor));
    border-radius: 4px;
  }

  .controls h2 {
    padding-bottom: 4px;
  }

  @media (max-width: 900px) {
    :host {
      --tsynd-edge: 8px;
    }
  }
`;
