import { css } from 'lit';

export const filterStyles = css`
  :host {
    display: block;
    flex: 0 1 auto;
    min-height: 88px;
    max-height: 50vh;
    padding: 4px 12px 8px;
    overflow: auto;
    border-top: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
  }

  .parts {
    display: flex;
    flex-wrap: wrap;
    gap: 12px 32px;
  }

  fieldset {
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }

  legend {
    padding: 4px 0;
    color: var(--vscode-descriptionForeground);
    font-size: 11px;
  }

  .range {
    flex: 1 1 280px;
    max-width: 480px;
  }

  .classes {
    flex: 1 1 280px;
    max-width: 660px;
  }

  .ends {
    display: flex;
    align-items: center;
    gap: 8px;
    margin-top: 4px;
  }

  vscode-text-field {
    width: 104px;
  }

  .checks {
    display: grid;
    grid-auto-flow: row;
    gap: 2px 16px;
    max-height: 132px;
    overflow: auto;
  }

  .checks.many {
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 144px), 1fr));
  }

  vscode-checkbox {
    margin: 0;
  }

  .count {
    margin-left: 4px;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-top: 8px;
  }
`;
