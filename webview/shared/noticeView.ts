import { css, html, nothing, type TemplateResult } from 'lit';

import type { Notice } from '../../src/protocol/runSummary.ts';
import { icon } from './icons.ts';
import type { Failure } from './loadable.ts';

/** A line that says something, with what can be done about it. */
export function noticeView(
  { severity, message }: Notice,
  action?: { readonly label: string; readonly act: () => void },
): TemplateResult {
  return html`<div class="notice ${severity}" role=${severity === 'error' ? 'alert' : 'note'}>
    ${icon(severity)}
    <span>${message}</span>
    ${
      action
        ? html`<vscode-button appearance="secondary" @click=${action.act}>${action.label}</vscode-button>`
        : nothing
    }
  </div>`;
}

/** A failure in words, with what to do and a way to try again. */
export function failureView({ message, remedy }: Failure, retry: () => void): TemplateResult {
  const text = remedy === undefined ? message : `${message} ${remedy}`;
  return noticeView({ severity: 'error', message: text }, { label: 'Try again', act: retry });
}

export const noticeStyles = css`
  .notice {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 8px;
    padding: 4px var(--tsynd-edge);
    overflow-wrap: anywhere;
  }

  .notice > span {
    flex: 0 1 auto;
    min-width: 0;
  }

  .notice.info svg {
    color: var(--vscode-notificationsInfoIcon-foreground, var(--vscode-foreground));
  }

  .notice.warning svg {
    color: var(--vscode-notificationsWarningIcon-foreground, var(--vscode-editorWarning-foreground));
  }

  .notice.error svg {
    color: var(--vscode-notificationsErrorIcon-foreground, var(--vscode-errorForeground));
  }
`;
