import { html, nothing, type TemplateResult } from 'lit';
import type { Prediction } from '../../src/protocol/computeApi.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';
import type { Dropdown } from '../shared/controls.ts';
import { icon, type IconName } from '../shared/icons.ts';
import '../shared/hint.ts';
import { formatProbability } from '../shared/maps/explanationWords.ts';
import { formatNats, formatSize } from './formatting.ts';
import type { ImageState, NoModel } from './inspectorState.ts';
import { failureView, loadingView } from './messageView.ts';
import {
  barsOf,
  isMultiLabel,
  MANY_CLASSES,
  runLabel,
  uncertaintyOf,
  verdictOf,
  type ClassBar,
  type Verdict,
} from './predictionView.ts';

export interface PredictionActions {
  readonly chooseRun: (folder: string) => void;
  readonly retry: () => void;
}

const MI_HINT =
  'How much the classifier’s answers differ under different dropout masks: uncertainty that more training images ' +
  'could take away (epistemic). Compare it only between runs with the same number of masks.';
const ENTROPY_HINT =
  'All uncertainty of the mean answer: 0 when it is sure of one class, largest when all classes are equally likely.';
const EXPECTED_HINT =
  'What remains when the mutual information is taken off: uncertainty that all masks agree on, such as an image that ' +
  'shows traits of two classes (aleatoric).';

/** Of many classes, how many are seen without asking for the others. */
const SHOWN_CLASSES = 8;

const REASONS: Readonly<Record<NoModel, string>> = {
  untrusted:
    'Predictions are off in a workspace that is not trusted: they load a model from it. Trust it to see them.',
  noRuns:
    'No run is finished yet. Right-click a dataset in the Explorer and choose “TSynD: Generate TSynD Samples…”; ' +
    'its classifier then says here what it sees.',
  noImage: 'The classifier is asked once the image can be read.',
  noDescription: 'A classifier is asked once the runs can be read.',
};

const VERDICT_ICONS: Readonly<Record<Verdict['kind'], IconName>> = {
  agrees: 'accept',
  differs: 'differs',
  unknown: 'info',
  foreign: 'info',
};

/** What the chosen run's classifier says about the image, and how sure it is. */
export function predictionPanel(state: ImageState, actions: PredictionActions): TemplateResult {
  const { inspected, description, prediction } = state;
  const runs = description.status === 'ready' && inspected.canPredict ? description.value.runs : [];
  return html`<section aria-labelledby="prediction">
    <h3 id="prediction">Prediction</h3>
    ${runs.length > 0 ? runChooser(runs, state.run, actions.chooseRun) : nothing}
    ${content(state, prediction, actions.retry)}
  </section>`;
}

function content(state: ImageState, prediction: ImageState['prediction'], retry: () => void): TemplateResult {
  switch (prediction.status) {
    case 'none':
      return html`<p class="muted reason">${REASONS[prediction.reason]}</p>`;
    case 'waiting':
      return loadingView(
        prediction.isSlow
          ? 'Still waiting for the classifier. The first image of a run takes longer, and so does all while a run trains.'
          : 'Asking the classifier…',
      );
    case 'failed':
      return failureView(prediction.failure, retry, 'the prediction');
    case 'ready':
      return answer(state, prediction.value);
  }
}

function runChooser(
  runs: readonly RunSummary[],
  chosen: RunSummary | undefined,
  choose: (folder: string) => void,
): TemplateResult {
  return html`<vscode-dropdown
      class="runs"
      aria-label="Run whose classifier is asked"
      data-value=${chosen?.folder ?? ''}
      @change=${(event: Event) => choose((event.target as Dropdown).value)}
    >
      ${runs.map(
        (run) =>
          html`<vscode-option value=${run.folder} ?selected=${run.folder === chosen?.folder}
            >${runLabel(run)}</vscode-option
          >`,
      )}
    </vscode-dropdown>
    ${chosen ? html`<p class="small muted numbers run">${runFacts(chosen)}</p>` : nothing}`;
}

function runFacts({ valAuroc, settings, dataset }: RunSummary): string {
  const parts = [
    settings && `${settings.preset} preset`,
    dataset && `${dataset.imageSize}\u00a0px`,
    valAuroc === undefined ? undefined : `validation AUC\u00a0${valAuroc.toFixed(3)}`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function answer({ description, run, pixels }: ImageState, prediction: Prediction): TemplateResult {
  const className = description.status === 'ready' ? description.value.className : undefined;
  const isMulti = isMultiLabel(run);
  const verdict = verdictOf(prediction, className, isMulti);
  const bars = barsOf(prediction, className, isMulti);
  const shownBars = bars.length > MANY_CLASSES ? SHOWN_CLASSES : bars.length;
  const caption = `Class probabilities, mean over ${prediction.numMcSamples} dropout masks`;
  const { resizedTo: side } = prediction;
  const isResized =
    pixels.status === 'ready' && (pixels.value.width !== side || pixels.value.height !== side);
  return html`
    <p class="verdict ${verdict.kind}">
      ${icon(VERDICT_ICONS[verdict.kind])}<span>${verdict.sentence}</span>
    </p>
    ${barTable(bars.slice(0, shownBars), caption)}
    ${
      bars.length > shownBars
        ? html`<details>
            <summary>${bars.length - shownBars} less likely classes</summary>
            ${barTable(bars.slice(shownBars), `${caption}, the less likely ones`)}
          </details>`
        : nothing
    }
    ${uncertainty(prediction, isMulti)}
    ${
      isResized
        ? html`<p class="small muted numbers">
            The classifier saw it scaled to ${formatSize({ width: side, height: side })}.
          </p>`
        : nothing
    }
  `;
}

function barTable(bars: readonly ClassBar[], caption: string): TemplateResult {
  return html`<table class="bars">
    <caption class="visually-hidden">
      ${caption}
    </caption>
    <tbody>
      ${bars.map(barRow)}
    </tbody>
  </table>`;
}

function barRow({ name, probability, isPredicted, isLabel }: ClassBar): TemplateResult {
  return html`<tr class=${isPredicted ? 'predicted' : ''}>
    <th scope="row">
      <span class="name" title=${name}>${name}</span>${
        isLabel ? html`<span class="small muted label">label</span>` : nothing
      }
    </th>
    <td class="bar" aria-hidden="true">
      <div .style=${widthOf(probability * 100)}></div>
    </td>
    <td class="value">${formatProbability(probability)}</td>
  </tr>`;
}

function uncertainty(prediction: Prediction, isMulti: boolean): TemplateResult {
  const parts = uncertaintyOf(prediction, isMulti);
  const share = (nats: number): number => (nats / parts.maximum) * 100;
  const of = isMulti ? 'labels' : 'classes';
  return html`<div class="uncertainty">
    <div class="parts" aria-hidden="true">
      <div class="epistemic" .style=${widthOf(share(parts.mutualInformation))}></div>
      <div class="aleatoric" .style=${widthOf(share(parts.expectedEntropy))}></div>
    </div>
    <dl>
      ${measure('Mutual information', MI_HINT, prediction.mutualInformation, 'epistemic')}
      ${measure('Expected entropy', EXPECTED_HINT, parts.expectedEntropy, 'aleatoric')}
      ${measure('Predictive entropy', ENTROPY_HINT, parts.predictiveEntropy, 'total')}
    </dl>
    <p class="small muted numbers">
      S = ${prediction.numMcSamples} dropout masks; at most ${formatNats(parts.maximum)} for
      ${prediction.probs.length} ${of}.
    </p>
  </div>`;
}

function measure(name: string, hint: string, nats: number, part: string): TemplateResult {
  return html`<div class=${part}>
    <dt><span class="key" aria-hidden="true"></span><tsynd-hint text=${hint}>${name}</tsynd-hint></dt>
    <dd>${formatNats(nats)}</dd>
  </div>`;
}

/** For `.style=`, which goes through the object model: the page's policy forbids style attributes. */
function widthOf(percent: number): string {
  return `width: ${Math.min(100, Math.max(0, percent)).toFixed(2)}%`;
}
