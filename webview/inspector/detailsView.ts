import { css, html, nothing, type TemplateResult } from 'lit';
import type { ImageDescription, SyntheticFile } from '../../src/protocol/libraryApi.ts';
import { icon } from '../shared/icons.ts';
import type { Loadable } from '../shared/loadable.ts';
import { formatBytes, formatDepth, formatNumber, formatSize } from './formatting.ts';
import '../shared/hint.ts';
import type { ImageState } from './inspectorState.ts';
import { failureView } from './messageView.ts';

const MI_HINT =
  'Mutual information of the image that it was made from, and its own: what the run’s classifier was uncertain about.';

/** What is known of the image without asking a model. */
export function detailsView(state: ImageState, retry: () => void): TemplateResult {
  const { inspected, description } = state;
  const synthetic = description.status === 'ready' ? description.value.synthetic : undefined;
  return html`
    <header>
      <h2 title=${inspected.title}>${inspected.title}</h2>
      <p class="small muted location">${inspected.location}</p>
    </header>
    <dl class="facts">${classFacts(description)} ${fileFacts(state)}</dl>
    ${synthetic ? syntheticView(synthetic) : nothing}
    ${
      description.status === 'failed'
        ? html`<section>${failureView(description.failure, retry, 'What the runs know of it')}</section>`
        : nothing
    }
  `;
}

function classFacts(description: Loadable<ImageDescription>): TemplateResult {
  if (description.status === 'failed') return html``;
  if (description.status === 'waiting') return html`${fact('Class', pending())} ${fact('Split', pending())}`;
  const { className, split } = description.value;
  const unknown = html`<span class="muted">not known</span>`;
  return html`${fact('Class', className ?? unknown)} ${split === undefined ? nothing : fact('Split', split)}`;
}

function fileFacts({ pixels }: ImageState): TemplateResult {
  if (pixels.status === 'failed') return html``;
  if (pixels.status === 'waiting') return html`${fact('Size', pending())}`;
  const { value } = pixels;
  return html`
    ${fact('Size', formatSize(value))} ${fact('Values', formatDepth(value.bitDepth, value.channels))}
    ${fact('Format', value.format.toUpperCase())}
    ${value.sizeBytes === undefined ? nothing : fact('File size', formatBytes(value.sizeBytes))}
  `;
}

function syntheticView({ run, sampleId, miBefore, miAfter, decision }: SyntheticFile): TemplateResult {
  const decided =
    decision === undefined
      ? html`<span class="muted">undecided</span>`
      : html`<span class="with-icon"
          >${icon(decision === 'accepted' ? 'accept' : 'reject')}${decision}</span
        >`;
  return html`<section aria-labelledby="synthetic">
    <h3 id="synthetic">Synthetic image</h3>
    <dl class="facts">
      ${fact('Run', run)} ${fact('Sample', sampleId)}
      ${fact(
        html`<tsynd-hint text=${MI_HINT}>MI</tsynd-hint>`,
        html`${formatNumber(miBefore)} <span aria-hidden="true">→</span
          ><span class="visually-hidden">before, after</span> ${formatNumber(miAfter)} nats`,
      )}
      ${fact('Decision', decided)}
    </dl>
  </section>`;
}

function fact(name: string | TemplateResult, value: string | TemplateResult): TemplateResult {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

function pending(): TemplateResult {
  return html`<span class="muted" aria-label="Loading">…</span>`;
}

export const detailsStyles = css`
  header {
    padding-bottom: 8px;
  }

  header h2,
  .location {
    overflow-wrap: anywhere;
  }

  section {
    padding-top: 12px;
    margin-top: 12px;
    border-top: 1px solid var(--vscode-panel-border, currentColor);
  }

  section h3 {
    padding-bottom: 4px;
  }

  .facts {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(220px, 1fr));
    gap: 0 24px;
  }

  .facts > div {
    display: grid;
    grid-template-columns: minmax(72px, 2fr) 4fr;
    gap: 8px;
    padding: 2px 0;
  }

  .facts dt {
    color: var(--vscode-descriptionForeground);
  }

  .facts dd {
    min-width: 0;
    overflow-wrap: anywhere;
    font-variant-numeric: tabular-nums;
  }

  .with-icon {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }
`;
