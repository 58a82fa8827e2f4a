import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';

import { baseStyles } from '../shared/baseStyles.ts';
import { formatSamples } from './formatting.ts';
import type { GalleryModel, Question } from './galleryModel.ts';
import './messageBar.ts';
import type { MessageBar } from './messageBar.ts';
import { ModelController } from './modelController.ts';

/** Asks before much is decided at once; takes the focus while it does. */
@customElement('tsynd-question-bar')
export class QuestionBar extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: block;
        flex: none;
      }
    `,
  ];

  @property({ attribute: false }) model!: GalleryModel;

  @query('tsynd-message-bar') private readonly bar!: MessageBar | null;

  private asked: Question | undefined;

  constructor() {
    super();
    new ModelController(this);
  }

  override render(): TemplateResult | typeof nothing {
    const { question } = this.model;
    if (!question) return nothing;
    const verb = question.decision === 'accepted' ? 'Accept' : 'Reject';
    const what = formatSamples(question.rows.length);
    return html`<tsynd-message-bar
      kind="warning"
      role="alertdialog"
      aria-label="${verb} ${what}?"
      @keydown=${this.onKey}
      >${verb} all ${what} shown here? Undo takes it back in one step.
      <vscode-button slot="actions" @click=${() => void this.model.answer(true)}
        >${verb} ${what}</vscode-button
      >
      <vscode-button slot="actions" appearance="secondary" @click=${() => void this.model.answer(false)}
        >Cancel</vscode-button
      ></tsynd-message-bar
    >`;
  }

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { question } = this.model;
    if (question && question !== this.asked) void this.focusAnswer();
    this.asked = question;
  }

  /** The buttons can have the focus once the bar has a slot for them. */
  private async focusAnswer(): Promise<void> {
    await this.bar?.updateComplete;
    this.bar?.querySelector<HTMLElement>('vscode-button')?.focus();
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') void this.model.answer(false);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-question-bar': QuestionBar;
  }
}
