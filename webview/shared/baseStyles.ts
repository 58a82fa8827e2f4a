import { css } from 'lit';

/** What all our elements share: VS Code's type scale, quiet numbers, and a focus that is seen. */
export const baseStyles = css`
  :host {
    box-sizing: border-box;
    color: var(--vscode-foreground);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size, 13px);
    line-height: 1.4;
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  h2,
  h3,
  p,
  dl,
  dd,
  ul {
    margin: 0;
    padding: 0;
  }

  h2,
  h3 {
    font-size: inherit;
    font-weight: 600;
  }

  .small {
    font-size: 11px;
  }

  .muted {
    color: var(--vscode-descriptionForeground);
  }

  .numbers {
    font-variant-numeric: tabular-nums;
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }

  svg.icon {
    display: block;
    flex: none;
    width: 16px;
    height: 16px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.3;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }

    /* It stands beside words that say the same. */
    vscode-progress-ring {
      display: none;
    }
  }

  :host-context(.vscode-reduce-motion) *,
  :host-context(.vscode-reduce-motion) *::before,
  :host-context(.vscode-reduce-motion) *::after {
    animation: none !important;
    transition: none !important;
  }

  :host-context(.vscode-reduce-motion) vscode-progress-ring {
    display: none;
  }
`;
