import * as vscode from 'vscode';

import type { Services } from '../services.ts';
import { readSetting } from '../settings.ts';
import { checkTrust } from '../trust.ts';
import {
  jobOf,
  rememberChoices,
  startingChoices,
  type ChoiceDefaults,
  type InitialChoices,
} from './choices.ts';
import { DatasetInspection } from './datasetInspection.ts';
import { askChoices } from './generateFlow.ts';
import { pickDataset } from './pickDataset.ts';
import { sharedDocuments } from './sharedDocuments.ts';

const TOTAL_STEPS_WITH_DATASET = 6;

/**
 * Asks what to generate, and puts the run in the queue. The dataset is read while the person answers.
 *
 * @param datasetPath absolute; asked for when absent
 * @param initial what to offer first, in the place of what was chosen for this dataset before
 */
export async function startGenerateFlow(
  services: Services,
  datasetPath?: string,
  initial?: InitialChoices,
): Promise<void> {
  if (!(await checkTrust(vscode.l10n.t('Generating samples')))) return;
  services.surveys.start();
  if (datasetPath !== undefined) {
    await askAndEnqueue(services, datasetPath, initial, 0);
    return;
  }
  const title = vscode.l10n.t('Generate TSynD samples');
  let outcome: Outcome = 'back';
  while (outcome === 'back') {
    const place = { step: 1, totalSteps: TOTAL_STEPS_WITH_DATASET, canGoBack: false };
    const picked = await pickDataset(title, services.log, place);
    if (picked === undefined) return;
    outcome = await askAndEnqueue(services, picked, initial, 1);
  }
}

type Outcome = 'done' | 'back' | 'cancel';

async function askAndEnqueue(
  services: Services,
  datasetPath: string,
  initial: InitialChoices | undefined,
  stepsBefore: number,
): Promise<Outcome> {
  const memory = services.context.workspaceState;
  const defaults = readDefaults(datasetPath);
  const choices = startingChoices(memory, datasetPath, defaults, initial);
  const inspection = new DatasetInspection(services.library, datasetPath);
  inspection.start(choices.imageSize);
  try {
    const documents = sharedDocuments(services);
    const context = { surveys: services.surveys, documents, datasetPath, defaults, inspection };
    const answer = await askChoices(context, choices, stepsBefore);
    if (typeof answer === 'string') return answer;
    const { choices: chosen, skipUnreadable } = answer.value;
    services.runs.enqueue(jobOf(datasetPath, chosen, defaults, skipUnreadable));
    await rememberChoices(memory, datasetPath, chosen);
    return 'done';
  } finally {
    inspection.cancel();
  }
}

function readDefaults(datasetPath: string): ChoiceDefaults {
  const scope = vscode.Uri.file(datasetPath);
  return {
    device: readSetting('device', scope),
    'defaults.preset': readSetting('defaults.preset', scope),
    'defaults.method': readSetting('defaults.method', scope),
    'defaults.count': readSetting('defaults.count', scope),
  };
}
