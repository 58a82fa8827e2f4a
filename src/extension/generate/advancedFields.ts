import {
  generateSettingsSchema,
  generationSettingsSchema,
  PRESET_SETTINGS,
} from '../../protocol/settings.ts';
import type { FlowChoices } from './choices.ts';
import { nearestSide } from './datasetReport.ts';

/** What may be left as it is, and mostly is. */
export const ADVANCED_FIELDS = ['seed', 'fraction', 'imageSize', 'steps', 'threads'] as const;
export type AdvancedField = (typeof ADVANCED_FIELDS)[number];

interface FieldText {
  readonly label: string;
  /** What it does, in one sentence. */
  readonly detail: string;
  /** What to type. */
  readonly prompt: string;
}

export const ADVANCED_TEXTS: Readonly<Record<AdvancedField, FieldText>> = {
  seed: {
    label: 'Seed',
    detail: 'Decides all that is random; the same seed gives the same images.',
    prompt: 'A whole number, 0 or more.',
  },
  fraction: {
    label: 'Fraction of labels',
    detail: 'Share of the training images whose labels the classifier sees.',
    prompt: 'A number above 0 and up to 1.',
  },
  imageSize: {
    label: 'Image size',
    detail: 'Side in px to which images are resized.',
    prompt:
      'Pixels divisible by 4, from 8 to 1024; empty for the size of an archive, or 28 px for image files.',
  },
  steps: {
    label: 'Latent steps',
    detail: 'Optimisation steps of each latent code.',
    prompt: "A whole number, 0 or more; empty for the preset's.",
  },
  threads: {
    label: 'Threads',
    detail: 'Processor threads of the cpu device.',
    prompt: 'A whole number, 1 or more; empty for what the settings say.',
  },
};

/** Fields that hold nothing until a person says something. */
const OPTIONAL: ReadonlySet<AdvancedField> = new Set(['imageSize', 'steps', 'threads']);

const MAX_SIDE = 1024;
const MAX_THREADS = 1024;

/** The value as it stands beside the field's name. */
export function fieldValue(field: AdvancedField, choices: FlowChoices): string {
  switch (field) {
    case 'imageSize':
      return choices.imageSize === undefined ? 'as it is read' : `${choices.imageSize} px`;
    case 'steps':
      return choices.steps === undefined ? `${latentSteps(choices)}, as in the preset` : `${choices.steps}`;
    case 'threads':
      return choices.threads === undefined ? 'as in the settings' : `${choices.threads}`;
    default:
      return `${choices[field]}`;
  }
}

/** Steps of latent optimisation: as chosen, else the preset's. */
export function latentSteps({ steps, preset }: FlowChoices): number {
  return steps ?? PRESET_SETTINGS[preset].generation.steps;
}

/** The value as a person would type it; empty where nothing is said. */
export function fieldText(field: AdvancedField, choices: FlowChoices): string {
  const value = choices[field];
  return value === undefined ? '' : String(value);
}

/** What is wrong with a text, in one sentence; undefined when it can be taken. */
export function fieldProblem(field: AdvancedField, text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return OPTIONAL.has(field) ? undefined : ADVANCED_TEXTS[field].prompt;
  const value = Number(trimmed);
  if (!isPossible(field, value)) return ADVANCED_TEXTS[field].prompt;
  if (field !== 'imageSize' || value === nearestSide(value)) return undefined;
  return `${value} is not divisible by 4; the nearest size is ${nearestSide(value)} px.`;
}

/** The choices with the text taken in, which must have no problem. */
export function withField(field: AdvancedField, text: string, choices: FlowChoices): FlowChoices {
  const trimmed = text.trim();
  if (trimmed !== '') return { ...choices, [field]: Number(trimmed) };
  const { [field]: forgotten, ...rest } = choices;
  return rest as FlowChoices;
}

function isPossible(field: AdvancedField, value: number): boolean {
  switch (field) {
    case 'threads':
      return Number.isInteger(value) && value >= 1 && value <= MAX_THREADS;
    case 'steps':
      return generationSettingsSchema.shape.steps.safeParse(value).success;
    case 'imageSize':
      return value <= MAX_SIDE && generateSettingsSchema.shape.imageSize.safeParse(value).success;
    default:
      return generateSettingsSchema.shape[field].safeParse(value).success;
  }
}
