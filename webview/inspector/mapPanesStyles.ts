import { css } from 'lit';

/** Views side by side, each with its heading; those of a search in a grid above their curve. */
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

  .heading {
    display: flex;
    flex-wrap: wrap;
    gap: 0 8px;
    padding: 2px 12px 4px;
    min-height: 22px;
  }

  .heading > * {
    min-width: 0;
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

  .adversarial .heading {
    padding-inline: 4px;
  }

  .cells {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(104px, 1fr));
    gap: 6px;
  }

  .cells tsynd-image-view {
    height: auto;
    aspect-ratio: 1;
  }

  .cells figcaption {
    padding: 2px 0;
    overflow: hidden;
    text-align: center;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .course {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(180px, 100%), 1fr));
    gap: 8px 16px;
    align-items: center;
    padding-top: 8px;
  }

  .course tsynd-probability-curve {
    max-width: 320px;
  }

  .legend {
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
