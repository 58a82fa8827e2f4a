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

  @media (min-width: 480px) {
    .wide {
      grid-column: span 2;
    }
  }

  .name {
    display: flex;
    justify-content: space-between;
    gap: 8px;
    font-size: 11px;
  }

  tsynd-hint {
    font-size: inherit;
  }

  vscode-dropdown {
    width: 100%;
    min-width: 0;
  }

  /* Browsers choose a white track for an accent that is dark enough, on dark pages as well. */
  input[type='range'] {
    width: 100%;
    height: 26px;
    margin: 0;
    appearance: none;
    background: none;
    cursor: pointer;
  }

  input[type='range']::-webkit-slider-runnable-track {
    box-sizing: border-box;
    height: 4px;
    border: 1px solid var(--vscode-contrastBorder, transparent);
    border-radius: 2px;
    background: color-mix(in srgb, var(--vscode-descriptionForeground, currentColor) 35%, transparent)
      border-box;
  }

  input[type='range']::-webkit-slider-thumb {
    width: 12px;
    height: 12px;
    margin-top: -5px;
    border-radius: 50%;
    appearance: none;
    background: var(--vscode-progressBar-background, Highlight);
  }

  input[type='range']:focus-visible {
    outline-offset: 0;
  }

  @media (forced-colors: active) {
    input[type='range']::-webkit-slider-thumb {
      forced-color-adjust: none;
      background: Highlight;
    }
  }
`;
