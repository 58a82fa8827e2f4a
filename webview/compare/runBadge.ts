import { css, html, type TemplateResult } from 'lit';

/** What the two runs are called wherever there is little room. */
export const RUN_LETTERS = ['A', 'B'] as const;

export function runBadge(side: number): TemplateResult {
  return html`<span class="badge">${RUN_LETTERS[side]}</span>`;
}

export const runBadgeStyles = css`
  .badge {
    flex: none;
    align-self: flex-start;
    min-width: 18px;
    padding: 0 4px;
    border-radius: 3px;
    font-size: 11px;
    font-weight: 600;
    line-height: 18px;
    text-align: center;
    color: var(--vscode-badge-foreground);
    background: var(--vscode-badge-background);
    border: 1px solid var(--vscode-contrastBorder, transparent);
  }
`;
