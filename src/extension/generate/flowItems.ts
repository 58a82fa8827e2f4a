import type { DatasetSummary } from '../../protocol/datasetSummary.ts';
import { METHODS, PRESETS, type Method, type Preset } from '../../protocol/settings.ts';
import {
  ADVANCED_FIELDS,
  ADVANCED_TEXTS,
  fieldValue,
  latentSteps,
  type AdvancedField,
} from './advancedFields.ts';
import { countOf as imagesOf, type ChoiceDefaults, type FlowChoices } from './choices.ts';
import type { InspectionState } from './datasetInspection.ts';
import {
  blockingProblem,
  countOf,
  datasetWarnings,
  duplicatesLine,
  formatCount,
  listOf,
  splitLine,
  summaryLine,
} from './datasetReport.ts';

/** A line of a list to choose from; without `value` a heading, or with `detail` something to know only. */
export interface FlowItem<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** Absent where it cannot be chosen. */
  readonly value?: T;
  readonly isHeading?: true;
  /** At the end of the line. */
  readonly buttons?: readonly FlowButton<T>[];
}

/** Pressing it says its value, as choosing a line says the line's. */
export interface FlowButton<T> {
  /** Name of an icon of VS Code, without `$()`. */
  readonly icon: string;
  readonly tooltip: string;
  readonly value: T;
}

const PRESET_TEXTS: Readonly<Record<Preset, readonly [label: string, detail: string]>> = {
  quick: ['Quick', 'Networks a quarter as wide: minutes on two processors. Good for a first look.'],
  paper: ['Paper', "The paper's and MedMNIST's settings: hours on a processor."],
};

const METHOD_TEXTS: Readonly<Record<Method, readonly [label: string, detail: string]>> = {
  mi: ['Mutual information', 'Latents move to where predictions under dropout disagree: the paper.'],
  entropy: ['Entropy', 'Latents move to where the prediction is undecided, for whatever reason.'],
  'cross-entropy': ['Cross-entropy', 'Latents move to where the classifier errs: on-manifold adversarial.'],
  'latent-fgsm': ['Latent FGSM', 'One step of the latents by the sign of the gradient of the loss.'],
  noise: ['Noise', 'Random noise is added to the latents, without looking at the classifier.'],
  reconstruction: ['Reconstruction', 'Latents stay as they are: tells what the autoencoder alone does.'],
  'pixel-adversarial': ['Pixel-adversarial', 'Pixels move to where the classifier errs. Makes no samples.'],
  mixup: ['Mixup', 'Trains on mixtures of two images and of their labels.'],
  'flip-shift': ['Flip and shift', 'Trains on images that are flipped and shifted a little.'],
  baseline: ['Baseline', 'Trains without synthetic images: what the others have to beat.'],
};

export function presetItems(): FlowItem<Preset>[] {
  return PRESETS.map((value) => ({
    label: PRESET_TEXTS[value][0],
    description: value,
    detail: PRESET_TEXTS[value][1],
    value,
  }));
}

/** The paper's method first, the baseline last. */
export function methodItems(): FlowItem<Method>[] {
  const order = Object.keys(METHOD_TEXTS);
  return [...METHODS]
    .sort((a, b) => order.indexOf(a) - order.indexOf(b))
    .map((value) => ({
      label: METHOD_TEXTS[value][0],
      description: value,
      detail: METHOD_TEXTS[value][1],
      value,
    }));
}

export type ReviewAction =
  | { readonly kind: 'start'; readonly skipUnreadable: boolean }
  | { readonly kind: 'advanced' }
  | { readonly kind: 'imageSize' }
  | { readonly kind: 'summary' }
  | { readonly kind: 'retry' };

/** The last step: what will be done with which data, and all that is worth knowing before. */
export function reviewItems(
  state: InspectionState,
  choices: FlowChoices,
  defaults: ChoiceDefaults,
): FlowItem<ReviewAction>[] {
  const advanced: FlowItem<ReviewAction> = {
    label: '$(settings-gear) Advanced...',
    detail: advancedLine(choices),
    value: { kind: 'advanced' },
  };
  switch (state.kind) {
    case 'reading':
      return [{ label: 'Reading the dataset', description: readingLine(state) }, heading(), advanced];
    case 'failed':
      return [
        {
          label: '$(refresh) Try Again',
          description: 'the dataset cannot be used',
          detail: [state.error.message, state.error.remedy].filter((text) => text !== undefined).join(' '),
          value: { kind: 'retry' },
        },
        heading(),
        advanced,
      ];
    case 'ready':
      return [
        startItem(state.summary, choices, defaults),
        advanced,
        heading('Dataset'),
        ...datasetItems(state.summary),
        { label: '$(output) Show Full Summary', value: { kind: 'summary' } },
      ];
  }
}

export function advancedItems(choices: FlowChoices): FlowItem<AdvancedField>[] {
  return ADVANCED_FIELDS.map((field) => ({
    label: ADVANCED_TEXTS[field].label,
    description: fieldValue(field, choices),
    detail: ADVANCED_TEXTS[field].detail,
    value: field,
  }));
}

/** `mi, quick, 64 images, device auto` */
export function choicesLine(choices: FlowChoices, defaults: ChoiceDefaults): string {
  const { method, preset, device } = choices;
  return `${method}, ${preset}, ${countOf(imagesOf(choices, defaults), 'image')}, device ${device}`;
}

function startItem(
  summary: DatasetSummary,
  choices: FlowChoices,
  defaults: ChoiceDefaults,
): FlowItem<ReviewAction> {
  const problem = blockingProblem(summary);
  if (problem !== undefined) {
    return { label: '$(error) Set the Image Size...', detail: problem, value: { kind: 'imageSize' } };
  }
  const { skippedFiles } = summary;
  const description = choicesLine(choices, defaults);
  if (skippedFiles.length === 0) {
    return {
      label: '$(play) Start',
      description,
      detail: summaryLine(summary),
      value: { kind: 'start', skipUnreadable: false },
    };
  }
  const files = countOf(skippedFiles.length, 'unreadable file');
  return {
    label: `$(play) Leave Out ${files} and Start`,
    description,
    detail: listOf(
      skippedFiles.map(({ file }) => file),
      3,
    ),
    value: { kind: 'start', skipUnreadable: true },
  };
}

/** Classes that a list of this size can still show. */
const MAX_CLASSES = 8;

function datasetItems(summary: DatasetSummary): FlowItem<ReviewAction>[] {
  const { classNames, splits, splitSource } = summary;
  const show: ReviewAction = { kind: 'summary' };
  const duplicates = duplicatesLine(summary);
  const drawn = splitSource === 'drawn' ? ' (drawn)' : '';
  return [
    { label: summaryLine(summary), description: splitLine(summary) + drawn, value: show },
    ...datasetWarnings(summary).map((warning) => ({ label: `$(warning) ${warning}`, value: show })),
    ...(duplicates === undefined ? [] : [{ label: `$(info) ${duplicates}`, value: show }]),
    ...classNames.slice(0, MAX_CLASSES).map((name, index) => ({
      label: name,
      description: splits
        .map(({ split, classCounts }) => `${split} ${formatCount(classCounts[index])}`)
        .join(', '),
      value: show,
    })),
    ...(classNames.length > MAX_CLASSES
      ? [{ label: countOf(classNames.length - MAX_CLASSES, 'more class', 'more classes'), value: show }]
      : []),
  ];
}

function readingLine({ done, total }: { readonly done: number; readonly total: number | undefined }): string {
  return total === undefined ? '' : `${formatCount(done)} of ${countOf(total, 'image')}`;
}

/** What decides the bytes, and what the person has set. */
function advancedLine(choices: FlowChoices): string {
  const { seed, fraction, imageSize, threads } = choices;
  const parts = [
    `seed ${seed}`,
    fraction === 1 ? 'all labels' : `${fraction} of the labels`,
    countOf(latentSteps(choices), 'latent step'),
    ...(imageSize === undefined ? [] : [`${imageSize} px`]),
    ...(threads === undefined ? [] : [countOf(threads, 'thread')]),
  ];
  return parts.join(', ');
}

function heading(label = ''): { readonly label: string; readonly isHeading: true } {
  return { label, isHeading: true };
}
