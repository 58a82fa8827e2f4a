import { css } from 'lit';

/** Views side by side, each with its heading; those of a search in a grid with their curve. */
export const mapPanesStyles = css`
  .panes {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(140px, 1fr));
    grid-auto-rows: minmax(0, 1fr);
    gap: 4px;
    height: 100%;
  }

  figure {
    margin: 0;
  }

  .pane {
    position: relative;
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }

  .pane > tsynd-image-view {
    flex: 1 1 0;
  }

  /* One thing a line, so that pictures beside each other begin at the same height. */
  .heading {
    display: flex;
    flex-direction: column;
    padding: 2px 12px 4px;
    min-height: 22px;
  }

  .heading > * {
    min-width: 0;
    overflow-wrap: anywhere;
  }

  .heading > strong {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .note {
    padding: 8px 12px;
  }

  .pane > tsynd-image-view + .note {
    flex: none;
    max-height: 50%;
    overflow-y: auto;
  }

  .panes.adversarial {
    grid-template-columns: repeat(auto-fit, minmax(220px, 1fr));
    grid-auto-rows: max-content;
    align-content: start;
    gap: 12px 8px;
    padding: 0 8px 8px;
    overflow-y: auto;
  }

  .adversarial .pane {
    container-type: inline-size;
  }

  .adversarial .heading {
    padding-inline: 4px;
  }

  /* Five pictures and their curve: never one alone in a row. */
  .cells {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 6px;
  }

  @container (min-width: 330px) {
    .cells {
      grid-template-columns: repeat(3, minmax(0, 1fr));
    }
  }

  @container (min-width: 720px) {
    .cells {
      grid-template-columns: repeat(6, minmax(0, 1fr));
    }
  }

  .cells tsynd-image-view,
  .cells tsynd-probability-curve {
    height: auto;
    aspect-ratio: 1;
  }

  .cells tsynd-image-view {
    /* The frame inside is cut off where an image fills its view. */
    outline: 1px solid var(--vscode-contrastBorder, transparent);
  }

  .cells figcaption {
    padding: 2px 0;
    overflow: hidden;
    text-align: center;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .change {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 24px;
    padding: 6px 4px 0;
  }

  .change > div {
    display: flex;
    gap: 8px;
  }

  .change dt {
    color: var(--vscode-descriptionForeground);
  }

  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 24px;
    padding: 4px 12px 0;
    min-height: 20px;
  }

  .map-section {
    display: flex;
    flex-direction: column;
    gap: 8px;
  }

  .map-section .against {
    width: 100%;
    min-width: 0;
  }
`;
