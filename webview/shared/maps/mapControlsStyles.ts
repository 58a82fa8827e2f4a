import { css } from 'lit';

/** As many columns as there is room for; sliders in the colours of the theme. */
export const mapControlsStyles = css`
  :host {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(104px, 1fr));
    gap: 8px 12px;
    align-items: end;
  }

  .field {
    display: flex;
    flex-direction: column;
    gap: 2px;
    min-width: 0;
  }

  .wide {
    grid-column: span 2;
  }

  .name {
    display: flex;
    justify-content: space-between;
    gap: 8px;
    font-size: 11px;
  }

  vscode-dropdown {
    width: 100%;
    min-width: 0;
  }

  input[type='range'] {
    width: 100%;
    height: 26px;
    margin: 0;
    background: none;
    accent-color: var(--vscode-progressBar-background, Highlight);
    cursor: pointer;
  }

  /* Else the track is white on a dark page. */
  input.dark {
    color-scheme: dark;
  }

  input[type='range']:focus-visible {
    outline-offset: 0;
  }
`;
