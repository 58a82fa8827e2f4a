import { css } from 'lit';

/** A canvas that fills its view, and a frame that moves with the image. */
export const imageStyles = css`
  :host {
    display: block;
    position: relative;
    overflow: hidden;
    min-width: 0;
    min-height: 0;
  }

  canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    outline: none;
    touch-action: none;
  }

  canvas:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }

  .frame {
    position: absolute;
    top: 0;
    left: 0;
    pointer-events: none;
    outline: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border, transparent));
  }

  .pan {
    cursor: grab;
  }

  .pan:active {
    cursor: grabbing;
  }

  .window {
    cursor: crosshair;
  }
`;
