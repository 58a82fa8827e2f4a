import * as vscode from 'vscode';
import { z } from 'zod';

import { PRESETS, type Preset } from '../../protocol/settings.ts';
import { presetItems, type FlowItem } from '../generate/flowItems.ts';
import { mapAnswer, runSteps, type Answer, type StepPlace } from '../generate/multiStep.ts';
import { askPick, askText } from '../generate/quickInputs.ts';
import { parseSeeds, seedsProblem, seedsText } from './seeds.ts';

export interface ComparisonAnswers {
  readonly preset: Preset;
  readonly seeds: readonly number[];
}

/** Stands for a list that a person types. */
const OTHER = 'other';
const MEMORY_KEY = 'tsynd.compareTrainingSets';
const FIRST: ComparisonAnswers = { preset: 'quick', seeds: [0, 1, 2] };
const OFFERED: readonly (readonly number[])[] = [[0, 1, 2], [0, 1, 2, 3, 4], [0]];

const rememberedSchema = z.object({
  preset: z.enum(PRESETS),
  seeds: z.array(z.int().min(0)).min(1),
});

/** Asks with which networks and how often, with a way back; what was chosen last is offered first. Undefined when left. */
export async function askComparison(
  title: string,
  memory: vscode.Memento,
): Promise<ComparisonAnswers | undefined> {
  const remembered = rememberedSchema.safeParse(memory.get<unknown>(MEMORY_KEY));
  const answer = await runSteps<ComparisonAnswers>(
    [
      async (state, place) => {
        const placeholder = vscode.l10n.t('Which networks to train on each of the training sets');
        const preset = await askPick({
          title,
          placeholder,
          place,
          items: presetItems,
          active: state.preset,
        });
        return mapAnswer(preset, (value) => ({ ...state, preset: value }));
      },
      async (state, place) => {
        const seeds = await askSeeds(title, place, state.seeds);
        return mapAnswer(seeds, (value) => ({ ...state, seeds: value }));
      },
    ],
    remembered.success ? remembered.data : FIRST,
  );
  if (typeof answer === 'string') return undefined;
  await memory.update(MEMORY_KEY, answer.value);
  return answer.value;
}

async function askSeeds(
  title: string,
  place: StepPlace,
  last: readonly number[],
): Promise<Answer<readonly number[]>> {
  const placeholder = vscode.l10n.t(
    'With which seeds; how long it takes can be told once the first training has ended',
  );
  const prompt = vscode.l10n.t('Seeds: whole numbers with commas between them, such as 0, 1, 2');
  for (;;) {
    const items = (): FlowItem<string>[] => seedItems(last);
    const choice = await askPick({ title, placeholder, place, items, active: seedsText(last) });
    if (typeof choice === 'string' || choice.value !== OTHER) return mapAnswer(choice, parseSeeds);
    const text = await askText({
      title,
      prompt,
      place: { canGoBack: true },
      value: seedsText(last),
      problem: seedsProblem,
    });
    if (text !== 'back') return mapAnswer(text, parseSeeds);
  }
}

function seedItems(last: readonly number[]): FlowItem<string>[] {
  const lists = [last, ...OFFERED.filter((seeds) => seedsText(seeds) !== seedsText(last))];
  return [
    ...lists.map((seeds) => ({
      label: seeds.length === 1 ? vscode.l10n.t('1 seed') : vscode.l10n.t('{0} seeds', seeds.length),
      description: seedsText(seeds),
      detail:
        seeds.length === 1
          ? vscode.l10n.t('Each training set once, which says nothing about chance: for a first look.')
          : vscode.l10n.t('Each training set {0} times, with intervals of the differences.', seeds.length),
      value: seedsText(seeds),
    })),
    { label: vscode.l10n.t('Other seeds...'), value: OTHER },
  ];
}
