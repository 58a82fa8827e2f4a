import { z } from 'zod';
import { generateChoicesSchema, type GenerateChoices } from '../../protocol/generateChoices.ts';
import { canMakeSamples, isLatentMethod } from '../../protocol/methods.ts';
import { DEVICE_CHOICES, type DeviceChoice, type Method } from '../../protocol/settings.ts';
import type { RunJob } from '../runs/runStore.ts';
import type { Settings } from '../settingSpecs.ts';

/** What a person chooses before a run. An absent count, size or number of steps or threads is left to the defaults. */
export interface FlowChoices extends Omit<GenerateChoices, 'skipUnreadable'> {
  readonly device: DeviceChoice;
  /** Processor threads; what the settings say when absent. */
  readonly threads?: number;
}

/** What a flow may start from, e.g. the choices of an earlier run. */
export type InitialChoices = Partial<GenerateChoices & Pick<FlowChoices, 'device' | 'threads'>>;

export type ChoiceDefaults = Pick<
  Settings,
  'device' | 'defaults.preset' | 'defaults.method' | 'defaults.count'
>;

const { skipUnreadable: decidedEachTime, ...rememberedChoices } = generateChoicesSchema.shape;

/** How choices lie in the workspace's memory; `partial`, since later versions may know more or less. */
const rememberedSchema = z
  .object({ ...rememberedChoices, device: z.enum(DEVICE_CHOICES), threads: z.int().min(1) })
  .partial();

const memorySchema = z.array(z.object({ dataset: z.string(), choices: z.unknown() }));

/** The part of `vscode.Memento` that remembering needs. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const MEMORY_KEY = 'tsynd.generateChoices';
/** Datasets whose choices are kept; the longest unused is forgotten first. */
const MAX_REMEMBERED = 50;

/** The given choices, then those remembered for this dataset, then the settings. */
export function startingChoices(
  memory: Memory,
  datasetPath: string,
  defaults: ChoiceDefaults,
  initial: InitialChoices = {},
): FlowChoices {
  const { skipUnreadable, ...given } = initial;
  return {
    preset: defaults['defaults.preset'],
    method: defaults['defaults.method'],
    device: defaults.device,
    seed: 0,
    fraction: 1,
    // What another run was made with stands for itself: a count remembered here has nothing to do with it.
    ...(Object.keys(given).length > 0 ? given : recall(memory, datasetPath)),
  };
}

export async function rememberChoices(
  memory: Memory,
  datasetPath: string,
  choices: FlowChoices,
): Promise<void> {
  const others = readMemory(memory).filter(({ dataset }) => dataset !== datasetPath);
  const newest = [{ dataset: datasetPath, choices }, ...others].slice(0, MAX_REMEMBERED);
  await memory.update(MEMORY_KEY, newest);
}

/** With another method; what methods with latents make and what others make are different numbers. */
export function withMethod(choices: FlowChoices, method: Method): FlowChoices {
  const isAlike = isLatentMethod(choices.method) === isLatentMethod(method);
  if (isAlike && canMakeSamples(method)) return { ...choices, method };
  const { count: forgotten, ...rest } = choices;
  return { ...rest, method };
}

/** How many images are made: as chosen, else as the settings say, or none by methods without latents. */
export function countOf({ method, count: chosen }: FlowChoices, defaults: ChoiceDefaults): number {
  return chosen ?? (isLatentMethod(method) ? defaults['defaults.count'] : 0);
}

export function jobOf(
  datasetPath: string,
  choices: FlowChoices,
  defaults: ChoiceDefaults,
  skipUnreadable: boolean,
): Extract<RunJob, { kind: 'generate' }> {
  const { device, threads, ...rest } = choices;
  return {
    kind: 'generate',
    datasetPath,
    device,
    ...(threads === undefined ? {} : { threads }),
    choices: {
      ...rest,
      count: countOf(choices, defaults),
      ...(skipUnreadable ? { skipUnreadable: true } : {}),
    },
  };
}

function recall(memory: Memory, datasetPath: string): Partial<FlowChoices> {
  const found = readMemory(memory).find(({ dataset }) => dataset === datasetPath);
  const parsed = rememberedSchema.safeParse(found?.choices);
  return parsed.success ? withoutUndefined(parsed.data) : {};
}

function readMemory(memory: Memory): z.infer<typeof memorySchema> {
  const parsed = memorySchema.safeParse(memory.get(MEMORY_KEY));
  return parsed.success ? parsed.data : [];
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
