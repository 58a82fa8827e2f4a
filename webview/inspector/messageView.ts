import { css, html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/icons.ts';
import { viewIcon } from '../shared/imageView/viewIcons.ts';
import type { Failure } from '../shared/loadable.ts';

/** A failure in words, with what to do and a way to try again. */
export function failureView(
  { message, remedy }: Failure,
  retry: () => void,
  subject: string,
): TemplateResult {
  return html`<div class="failure" role="alert">
    ${icon('error')}
    <div>
      <p>${message}</p>
      ${remedy === undefined ? nothing : html`<p class="muted">${remedy}</p>`}
      <vscode-button appearance="secondary" aria-label="Try again: ${subject}" @click=${retry}
        >Try again</vscode-button
      >
    </div>
  </div>`;
}

/** What stands where nothing else does. */
export function emptyView(title: string, text: string): TemplateResult {
  return html`<div class="empty">
    ${viewIcon('picture')}
    <p>${title}</p>
    <p class="muted">${text}</p>
  </div>`;
}

/** Appears after a moment only, so that what is quick does not flicker. */
export function loadingView(text: string): TemplateResult {
  return html`<div class="loading muted" role="status">
    <vscode-progress-ring aria-hidden="true"></vscode-progress-ring>
    <p>${text}</p>
  </div>`;
}

export const messageStyles = css`
  .failure {
    display: flex;
    gap: 8px;
    overflow-wrap: anywhere;
  }

  .failure > svg.icon {
    margin-top: 1px;
    color: var(--vscode-errorForeground);
  }

  .failure > div {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    gap: 4px;
    min-width: 0;
  }

  .failure vscode-button {
    margin-top: 4px;
  }

  .empty {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: 4px;
    height: 100%;
    padding: 16px;
    text-align: center;
  }

  .empty p {
    max-width: 360px;
  }

  .empty svg.icon {
    width: 48px;
    height: 48px;
    margin-bottom: 8px;
    stroke-width: 0.6;
    color: var(--vscode-descriptionForeground);
  }

  .loading {
    display: flex;
    align-items: flex-start;
    gap: 8px;
    animation: appear 0.2s 0.2s backwards;
  }

  .loading vscode-progress-ring {
    flex: none;
    width: 16px;
    height: 16px;
    margin-top: 1px;
  }

  @keyframes appear {
    from {
      opacity: 0;
    }
  }
`;
