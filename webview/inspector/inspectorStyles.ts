import { css } from 'lit';

/** Image and details side by side; one below the other where the page is narrow. */
export const inspectorStyles = css`
  :host {
    --tsynd-accent: var(--vscode-progressBar-background, Highlight);
    --tsynd-quiet: color-mix(in srgb, var(--vscode-descriptionForeground, currentColor) 55%, transparent);
    --tsynd-track: color-mix(in srgb, var(--vscode-descriptionForeground, currentColor) 18%, transparent);
    display: grid;
    grid-template-columns: minmax(0, 1fr) clamp(260px, 28vw, 380px);
    height: 100vh;
    background: var(--vscode-editor-background);
  }

  .whole {
    grid-column: 1 / -1;
    display: grid;
    place-items: center;
    height: 100%;
    padding: 16px;
    box-sizing: border-box;
  }

  main {
    display: grid;
    grid-template-rows: auto minmax(0, 1fr) auto;
    min-width: 0;
    min-height: 0;
  }

  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 8px;
    padding: 0 8px;
  }

  .tools tsynd-image-toolbar {
    padding-inline: 0;
  }

  .picture {
    position: relative;
    min-height: 0;
    overflow: hidden;
  }

  tsynd-image-view {
    height: 100%;
  }

  .status {
    display: flex;
    gap: 16px;
    min-height: 24px;
    padding: 2px 12px;
    align-items: center;
    font-size: 11px;
    white-space: pre;
  }

  .status > * {
    flex: none;
  }

  .reading {
    display: flex;
    flex: 1 1 0;
    gap: 12px;
    min-width: 0;
    overflow: hidden;
  }

  .reading > * {
    overflow: hidden;
    text-overflow: ellipsis;
  }

  aside {
    min-width: 0;
    padding: 8px 16px 16px;
    overflow-y: auto;
    border-left: 1px solid var(--vscode-panel-border, currentColor);
  }

  @media (max-width: 640px) {
    :host {
      grid-template-columns: minmax(0, 1fr);
      /* A square image and the lines around it, or half of the page. */
      grid-template-rows: minmax(200px, min(52%, 100vw + 56px)) minmax(0, 1fr);
    }

    /* Many pictures: all of them are in sight before what is known of the image. */
    :host([data-layer='adversarial']) {
      grid-template-rows: max-content max-content;
      overflow-y: auto;
    }

    /* What stands below does not jump when a search has ended. */
    :host([data-layer='adversarial']) .picture {
      min-height: 400px;
    }

    .whole {
      grid-row: 1 / -1;
    }

    .picture > .whole {
      grid-row: auto;
    }

    aside {
      padding: 8px 12px 16px;
      border-left: 0;
      border-top: 1px solid var(--vscode-panel-border, currentColor);
    }
  }

  @media (forced-colors: active) {
    :host {
      --tsynd-accent: Highlight;
      --tsynd-quiet: GrayText;
      --tsynd-track: Canvas;
    }
  }
`;
