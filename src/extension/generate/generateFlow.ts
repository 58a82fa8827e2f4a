import path from 'node:path';

import * as vscode from 'vscode';

import { canMakeSamples, isLatentMethod } from '../../protocol/methods.ts';
import {
  generateSettingsSchema,
  type DeviceChoice,
  type Method,
  type Preset,
} from '../../protocol/settings.ts';
import { deviceItems } from '../devices/deviceItems.ts';
import type { DeviceSurveys } from '../devices/deviceSurveys.ts';
import { ADVANCED_TEXTS, fieldProblem, fieldText, withField, type AdvancedField } from './advancedFields.ts';
import { countOf, withMethod, type ChoiceDefaults, type FlowChoices } from './choices.ts';
import type { DatasetDocuments } from './datasetDocuments.ts';
import type { DatasetInspection } from './datasetInspection.ts';
import { advancedItems, methodItems, presetItems, reviewItems, type ReviewAction } from './flowItems.ts';
import { mapAnswer, runSteps, type Answer, type Step, type StepPlace, type StepResult } from './multiStep.ts';
import { askPick, askText } from './quickInputs.ts';

/** What the questions about one dataset need. */
export interface FlowContext {
  readonly datasetPath: string;
  readonly defaults: ChoiceDefaults;
  readonly inspection: DatasetInspection;
  readonly surveys: DeviceSurveys;
  readonly documents: DatasetDocuments;
}

/** What is known after some of the questions; `skipUnreadable` is answered by the last one. */
interface FlowState {
  readonly choices: FlowChoices;
  readonly skipUnreadable: boolean;
}

/**
 * Asks everything that a run needs: preset, method, number of images, device, and at last to start it, in sight of what
 * the dataset holds.
 */
export function askChoices(
  context: FlowContext,
  choices: FlowChoices,
  stepsBefore: number,
): Promise<Answer<FlowState>> {
  const title = vscode.l10n.t('Generate TSynD samples: {0}', path.basename(context.datasetPath));
  const about = (
    ask: (choices: FlowChoices, place: StepPlace) => Promise<Answer<FlowChoices>>,
  ): Step<FlowState> => {
    return async (state, place) =>
      mapAnswer(await ask(state.choices, place), (changed) => ({ ...state, choices: changed }));
  };
  return runSteps<FlowState>(
    [
      about((now, place) => askPreset(title, now, place)),
      about((now, place) => askMethod(title, now, place)),
      about((now, place) => askCount(title, context.defaults, now, place)),
      about((now, place) => askDevice(title, context.surveys, now, place)),
      (state, place) => askReview(title, context, state, place),
    ],
    { choices, skipUnreadable: false },
    stepsBefore,
  );
}

async function askPreset(
  title: string,
  choices: FlowChoices,
  place: StepPlace,
): Promise<Answer<FlowChoices>> {
  const placeholder = vscode.l10n.t('Preset: how large the networks are, and how long it takes');
  const answer = await askPick<Preset>({
    title,
    placeholder,
    place,
    items: presetItems,
    active: choices.preset,
  });
  return mapAnswer(answer, (preset) => ({ ...choices, preset }));
}

async function askMethod(
  title: string,
  choices: FlowChoices,
  place: StepPlace,
): Promise<Answer<FlowChoices>> {
  const placeholder = vscode.l10n.t('Method: how latents are changed before they are decoded');
  const answer = await askPick<Method>({
    title,
    placeholder,
    place,
    items: methodItems,
    active: choices.method,
  });
  return mapAnswer(answer, (method) => withMethod(choices, method));
}

async function askCount(
  title: string,
  defaults: ChoiceDefaults,
  choices: FlowChoices,
  place: StepPlace,
): Promise<Answer<FlowChoices>> {
  const wholeNumber = vscode.l10n.t('A whole number, 0 or more.');
  const none = vscode.l10n.t('This method makes no samples: 0.');
  const answer = await askText({
    title,
    prompt: isLatentMethod(choices.method)
      ? vscode.l10n.t('How many synthetic images to make')
      : vscode.l10n.t('How many synthetic images to make from the finished classifier; 0 for none'),
    place,
    value: String(countOf(choices, defaults)),
    problem: (text) => {
      if (!isCount(text)) return wholeNumber;
      return Number(text) > 0 && !canMakeSamples(choices.method) ? none : undefined;
    },
  });
  return mapAnswer(answer, (text) => ({ ...choices, count: Number(text) }));
}

function isCount(text: string): boolean {
  return text.trim() !== '' && generateSettingsSchema.shape.count.safeParse(Number(text)).success;
}

async function askDevice(
  title: string,
  { state }: DeviceSurveys,
  choices: FlowChoices,
  place: StepPlace,
): Promise<Answer<FlowChoices>> {
  const answer = await askPick<DeviceChoice>({
    title,
    placeholder: vscode.l10n.t('Device: where to compute'),
    place,
    items: () => deviceItems(state.value),
    isBusy: () => state.value.kind === 'asking',
    watch: (changed) => state.onChange(changed),
    active: choices.device,
  });
  return mapAnswer(answer, (device) => ({ ...choices, device }));
}

async function askReview(
  title: string,
  context: FlowContext,
  state: FlowState,
  place: StepPlace,
): Promise<StepResult<FlowState>> {
  const { inspection, defaults, documents } = context;
  let { choices } = state;
  for (;;) {
    inspection.start(choices.imageSize);
    const answer = await askPick<ReviewAction>({
      title,
      placeholder: vscode.l10n.t('Check the dataset, and start'),
      place,
      items: () => reviewItems(inspection.state.value, choices, defaults),
      isBusy: () => inspection.state.value.kind === 'reading',
      watch: (changed) => inspection.state.onChange(changed),
      onAside: ({ kind }) => {
        const { value } = inspection.state;
        if (kind === 'retry') inspection.start(choices.imageSize);
        else if (kind === 'summary' && value.kind === 'ready') {
          void documents.show(value.summary, { preserveFocus: true });
        } else return false;
        return true;
      },
    });
    // What was set under Advanced stays set when the person goes back and comes here again.
    if (answer === 'back') return { kind: 'back', value: { ...state, choices } };
    if (answer === 'cancel') return 'cancel';
    const action = answer.value;
    if (action.kind === 'start') {
      return { kind: 'next', value: { choices, skipUnreadable: action.skipUnreadable } };
    }
    const changed = await (action.kind === 'imageSize'
      ? askField(title, 'imageSize', choices)
      : askAdvanced(title, choices));
    if (changed === 'cancel') return 'cancel';
    if (changed !== 'back') choices = changed.value;
  }
}

/** Changes one thing after the other, until the person goes back. */
async function askAdvanced(title: string, initial: FlowChoices): Promise<Answer<FlowChoices>> {
  let choices = initial;
  for (;;) {
    const field = await askPick<AdvancedField>({
      title,
      placeholder: vscode.l10n.t('Choose what to change; go back when done'),
      place: { canGoBack: true },
      items: () => advancedItems(choices),
    });
    if (field === 'cancel') return 'cancel';
    if (field === 'back') return { kind: 'next', value: choices };
    const changed = await askField(title, field.value, choices);
    if (changed === 'cancel') return 'cancel';
    if (changed !== 'back') choices = changed.value;
  }
}

async function askField(
  title: string,
  field: AdvancedField,
  choices: FlowChoices,
): Promise<Answer<FlowChoices>> {
  const { label, prompt } = ADVANCED_TEXTS[field];
  const answer = await askText({
    title,
    prompt: `${label}: ${prompt}`,
    place: { canGoBack: true },
    value: fieldText(field, choices),
    problem: (text) => fieldProblem(field, text),
  });
  return mapAnswer(answer, (text) => withField(field, text, choices));
}
