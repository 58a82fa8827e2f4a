import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { baseStyles } from '../shared/baseStyles.ts';
import { detailsStyles } from './detailsStyles.ts';
import type { RecordGroup } from './recordFields.ts';

/** The fields of a record, group by group. */
@customElement('tsynd-record-sections')
export class RecordSections extends LitElement {
  static override readonly styles = [
    baseStyles,
    detailsStyles,
    css`
      :host {
        display: contents;
      }
    `,
  ];

  @property({ attribute: false }) groups: readonly RecordGroup[] = [];

  override render(): TemplateResult[] {
    return this.groups.map(
      ({ title, fields }) =>
        html`<section>
          <h3>${title}</h3>
          <dl>
            ${fields.map(
              ({ name, value, isCode }) =>
                html`<dt>${name}</dt>
                  <dd class=${isCode ? 'code' : ''}>${value}</dd>`,
            )}
          </dl>
        </section>`,
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-record-sections': RecordSections;
  }
}
