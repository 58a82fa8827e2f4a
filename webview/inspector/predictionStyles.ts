import { css } from 'lit';

/** Bars of one scale, and figures that stand below each other. */
export const predictionStyles = css`
  .runs {
    width: 100%;
    min-width: 0;
  }

  .run {
    padding-top: 4px;
  }

  .verdict {
    display: flex;
    gap: 4px;
    padding: 8px 0 4px;
    overflow-wrap: anywhere;
  }

  .verdict svg.icon {
    margin-top: 1px;
  }

  .agrees svg.icon {
    color: var(--vscode-testing-iconPassed, currentColor);
  }

  .differs svg.icon {
    color: var(--vscode-editorWarning-foreground, currentColor);
  }

  .loading,
  .run + .reason,
  section > .failure {
    padding-top: 8px;
  }

  summary {
    padding: 4px 0;
    color: var(--vscode-descriptionForeground);
    cursor: pointer;
  }

  .bars {
    width: 100%;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }

  .bars th,
  .bars td {
    height: 24px;
    padding: 0;
    font-weight: inherit;
    text-align: start;
  }

  .bars th {
    padding-inline-end: 12px;
    white-space: nowrap;
  }

  .bars .bar {
    width: 100%;
  }

  .bars th > * {
    vertical-align: middle;
  }

  .name {
    display: inline-block;
    max-width: clamp(96px, 11vw, 160px);
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .label {
    margin-inline-start: 4px;
    font-weight: normal;
  }

  @media (max-width: 640px) {
    .name {
      max-width: 32vw;
    }
  }

  .predicted {
    font-weight: 600;
  }

  .bar > div,
  .parts > div {
    height: 8px;
    background: var(--tsynd-quiet);
  }

  .bar > div {
    min-width: 1px;
  }

  .predicted .bar > div,
  .parts > .epistemic {
    background: var(--tsynd-accent);
  }

  .bars .value {
    padding-inline-start: 12px;
    text-align: end;
    white-space: nowrap;
  }

  .uncertainty {
    padding-top: 12px;
  }

  .parts {
    display: flex;
    margin-bottom: 4px;
    background: var(--tsynd-track);
  }

  .uncertainty dl > div {
    display: flex;
    justify-content: space-between;
    gap: 8px;
    padding: 2px 0;
  }

  .uncertainty .total {
    margin-top: 2px;
    border-top: 1px solid var(--vscode-panel-border, currentColor);
  }

  .uncertainty dt {
    min-width: 0;
  }

  .uncertainty dd {
    flex: none;
    font-variant-numeric: tabular-nums;
  }

  .key {
    display: inline-block;
    width: 8px;
    height: 8px;
    margin-inline-end: 8px;
  }

  .epistemic .key {
    background: var(--tsynd-accent);
  }

  .aleatoric .key {
    background: var(--tsynd-quiet);
  }

  @media (forced-colors: active) {
    .bar > div,
    .parts > div,
    .key {
      forced-color-adjust: none;
    }
  }
`;
