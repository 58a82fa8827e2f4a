import { css } from 'lit';

export const galleryStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100vh;
    overflow: hidden;
    background: var(--vscode-editor-background);
  }

  .status {
    display: flex;
    flex: none;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 16px;
    min-height: 26px;
    padding: 2px 12px;
    border-block: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
    color: var(--vscode-descriptionForeground);
    font-size: 11px;
    font-variant-numeric: tabular-nums;
  }

  .status .spacer {
    flex: 1;
  }

  .main {
    display: flex;
    flex: 1;
    min-height: 0;
  }

  .main.stacked {
    flex: 1 0 320px;
    flex-direction: column;
  }

  .stacked tsynd-sample-details {
    flex: 0 1 auto;
    max-height: 60%;
  }

  .samples {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    overflow: hidden;
  }

  tsynd-sample-grid {
    flex: 1;
  }

  tsynd-sample-details {
    flex: none;
  }

  .blank {
    display: flex;
    flex: 1;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: 12px;
    min-height: 0;
    padding: 24px;
    overflow: auto;
    text-align: center;
  }

  .blank .icon {
    width: 32px;
    height: 32px;
    color: var(--vscode-descriptionForeground);
    stroke-width: 0.8;
  }

  .blank h2 {
    font-size: 14px;
  }

  .blank p {
    max-width: 440px;
    color: var(--vscode-descriptionForeground);
    overflow-wrap: anywhere;
  }

  .skeleton {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(160px, 1fr));
    gap: 4px;
    padding: 72px 8px 8px;
    overflow: hidden;
  }

  .skeleton div {
    aspect-ratio: 160 / 198;
    padding: 4px;
  }

  .skeleton div::before {
    content: '';
    display: block;
    aspect-ratio: 1;
    border-radius: 2px;
    background: color-mix(in srgb, var(--vscode-foreground) 7%, transparent);
    animation: pulse 1.6s ease-in-out infinite;
  }

  @keyframes pulse {
    50% {
      opacity: 0.4;
    }
  }
`;
