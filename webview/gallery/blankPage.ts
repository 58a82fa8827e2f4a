import { html, nothing, type TemplateResult } from 'lit';

import { icon } from '../shared/icons.ts';

export interface BlankAction {
  readonly label: string;
  readonly act: () => void;
}

/** What stands where there is nothing else to show, and what can be done about it. */
export function blankPage(
  name: 'info' | 'error' | 'filter',
  title: string,
  text: string,
  action?: BlankAction,
): TemplateResult {
  return html`<div class="blank" role=${name === 'error' ? 'alert' : 'status'}>
    ${icon(name)}
    <h2>${title}</h2>
    ${text ? html`<p>${text}</p>` : nothing}
    ${action ? html`<vscode-button @click=${action.act}>${action.label}</vscode-button>` : nothing}
  </div>`;
}
