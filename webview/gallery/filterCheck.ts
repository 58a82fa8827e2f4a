import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';

import type { Checkbox } from '../shared/controls.ts';
import { formatCount } from './formatting.ts';

/** A box to tick, with how many rows it stands for where that is known. */
export function filterCheck(
  name: string,
  isChecked: boolean,
  set: (isOn: boolean) => void,
  count?: number,
): TemplateResult {
  const onChange = (event: Event): void => {
    const isOn = (event.currentTarget as Checkbox).checked;
    // The control also tells of changes that were not a person's.
    if (isOn !== isChecked) set(isOn);
  };
  return html`<vscode-checkbox .checked=${live(isChecked)} @change=${onChange}
    >${name}${
      count === undefined ? '' : html` <span class="count small muted numbers">${formatCount(count)}</span>`
    }</vscode-checkbox
  >`;
}
