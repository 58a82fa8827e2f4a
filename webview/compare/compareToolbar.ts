import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { COMPARED_COUNTS } from '../../src/protocol/compareApi.ts';
import { SCORED_SPLITS, type ScoredSplit } from '../../src/protocol/scoreTable.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import { registerControls } from '../shared/controls.ts';
import './choiceField.ts';
import type { CompareState } from './compareState.ts';

const SPLIT_NAMES: Readonly<Record<ScoredSplit, string>> = {
  train: 'Training images',
  val: 'Validation images',
  test: 'Test images',
};
const SPLIT_ORDER: readonly ScoredSplit[] = ['val', 'train', 'test'];
const FILES = 'files';

/** Which images are shown, and how. Tells `state-change` with what is to be another. */
@customElement('tsynd-compare-toolbar')
export class CompareToolbar extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 6px 16px;
        padding: 4px var(--tsynd-edge) 8px;
      }

      vscode-button[aria-pressed='true'],
      vscode-button[aria-expanded='true'] {
        color: var(--vscode-inputOption-activeForeground, inherit);
        background: var(--vscode-inputOption-activeBackground);
        outline: 1px solid var(--vscode-inputOption-activeBorder, transparent);
        outline-offset: -1px;
      }
    `,
  ];

  @property({ attribute: false }) state!: CompareState;

  constructor() {
    super();
    registerControls();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = 'toolbar';
    this.ariaLabel = 'What is compared';
  }

  override render(): TemplateResult {
    const { files, showsFiles, split, count, isSigned, areControlsOpen } = this.state;
    const splits = SPLIT_ORDER.map((name) => [name, SPLIT_NAMES[name]] as const);
    const chosen = `${files.length} chosen ${files.length === 1 ? 'file' : 'files'}`;
    return html`
      <tsynd-choice-field
        .name=${'Images'}
        .value=${showsFiles ? FILES : split}
        .options=${files.length > 0 ? [[FILES, chosen], ...splits] : splits}
        @choose=${(event: CustomEvent<string>) => this.chooseImages(event.detail)}
      ></tsynd-choice-field>
      <tsynd-choice-field
        .name=${'Number'}
        .value=${String(count)}
        .isDisabled=${showsFiles}
        .options=${COMPARED_COUNTS.map((number) => [String(number), String(number)] as const)}
        @choose=${(event: CustomEvent<string>) => this.chooseCount(event.detail)}
      ></tsynd-choice-field>
      <tsynd-choice-field
        .name=${'Differences'}
        .value=${isSigned ? 'signed' : 'absolute'}
        .options=${[
          ['signed', 'Signed'],
          ['absolute', 'Absolute'],
        ]}
        @choose=${(event: CustomEvent<string>) => this.tell({ isSigned: event.detail === 'signed' })}
      ></tsynd-choice-field>
      <vscode-button
        appearance="secondary"
        aria-expanded=${areControlsOpen ? 'true' : 'false'}
        @click=${() => this.tell({ areControlsOpen: !areControlsOpen })}
        >Map Settings</vscode-button
      >
    `;
  }

  private chooseImages(value: string): void {
    if (value === FILES) {
      this.tell({ showsFiles: true });
      return;
    }
    const split = SCORED_SPLITS.find((name) => name === value);
    if (split) this.tell({ showsFiles: false, split });
  }

  private chooseCount(value: string): void {
    const count = COMPARED_COUNTS.find((number) => String(number) === value);
    if (count) this.tell({ count });
  }

  private tell(change: Partial<CompareState>): void {
    this.dispatchEvent(new CustomEvent<Partial<CompareState>>('state-change', { detail: change }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-compare-toolbar': CompareToolbar;
  }
}
