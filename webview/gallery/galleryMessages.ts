import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { baseStyles } from '../shared/baseStyles.ts';
import type { GalleryModel } from './galleryModel.ts';
import './messageBar.ts';
import { ModelController } from './modelController.ts';
import { describePartialRun } from './runState.ts';

/** What there is to know before the samples: what went wrong, who else is here, what is not finished or not there. */
@customElement('tsynd-gallery-messages')
export class GalleryMessages extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: block;
        flex: none;
        max-height: 40vh;
        overflow: auto;
      }
    `,
  ];

  @property({ attribute: false }) model!: GalleryModel;

  constructor() {
    super();
    new ModelController(this);
  }

  override render(): TemplateResult {
    return html`${this.renderProblem()} ${this.renderHolder()} ${this.renderPartialRun()}
    ${this.renderNotices()}`;
  }

  private renderProblem(): TemplateResult | typeof nothing {
    const { problem } = this.model;
    if (!problem) return nothing;
    return html`<tsynd-message-bar
      kind="error"
      role="alert"
      isDismissible
      @dismiss=${() => this.model.dismissProblem()}
      >${problem.message} ${problem.remedy ?? ''}</tsynd-message-bar
    >`;
  }

  private renderHolder(): TemplateResult | typeof nothing {
    const snapshot = this.model.run?.snapshot;
    const holder = snapshot?.kind === 'samples' ? snapshot.heldBy : undefined;
    if (holder === undefined) return nothing;
    return html`<tsynd-message-bar kind="lock" role="status"
      >Here this run can be looked at only. ${holder}
      <vscode-button slot="actions" appearance="secondary" @click=${() => void this.model.reload()}
        >Try again</vscode-button
      ></tsynd-message-bar
    >`;
  }

  /** Of a run without samples, the page itself speaks. */
  private renderPartialRun(): TemplateResult | typeof nothing {
    const snapshot = this.model.run?.snapshot;
    if (snapshot?.kind !== 'samples') return nothing;
    const samples = snapshot.table.ids.length;
    const message = samples > 0 ? describePartialRun(snapshot.run, samples) : undefined;
    if (!message) return nothing;
    return html`<tsynd-message-bar kind=${message.isBusy ? 'busy' : 'info'} role="status"
      >${message.title}.
      ${message.text}${
        message.canResume
          ? html`<vscode-button
              slot="actions"
              appearance="secondary"
              @click=${() => void this.model.ask('gallery/resume')}
              >Resume</vscode-button
            >`
          : nothing
      }</tsynd-message-bar
    >`;
  }

  private renderNotices(): TemplateResult[] {
    return this.model.notices.map(
      ({ severity, message }) =>
        html`<tsynd-message-bar
          kind=${severity}
          role="status"
          isDismissible
          @dismiss=${() => this.model.dismissNotice(message)}
          >${message}</tsynd-message-bar
        >`,
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-gallery-messages': GalleryMessages;
  }
}
