import { css } from 'lit';

/** Of buttons that open something, while it is open. */
export const toggleStyles = css`
  vscode-button[aria-expanded='true'] {
    border-radius: 5px;
    background: var(--vscode-inputOption-activeBackground);
    color: var(--vscode-inputOption-activeForeground);
  }

  :host-context(.vscode-high-contrast) vscode-button[aria-expanded='true'] {
    outline: 1px solid var(--vscode-contrastActiveBorder, currentColor);
  }

  @media (forced-colors: active) {
    vscode-button[aria-expanded='true'] {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
`;
