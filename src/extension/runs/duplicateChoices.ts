import { DEVICE_CHOICES, PRESET_SETTINGS, type GenerateSettings } from '../../protocol/settings.ts';
import type { InitialChoices } from '../generate/choices.ts';
import type { RunEntry } from './runStore.ts';

/** What a run was made with, as choices to start from; undefined where that is not known. */
export function duplicateChoices({ job, summary }: RunEntry): InitialChoices | undefined {
  if (summary?.settings) return choicesOf(summary.settings, summary.device);
  if (job?.kind !== 'generate') return undefined;
  const { choices, device, threads } = job;
  return { ...choices, device, ...(threads === undefined ? {} : { threads }) };
}

function choicesOf(settings: GenerateSettings, device: string | undefined): InitialChoices {
  const { preset, method, count, seed, fraction, imageSize, skipUnreadable } = settings;
  const { steps } = settings.generation;
  const known = DEVICE_CHOICES.find((name) => name === device);
  return {
    preset,
    method,
    count,
    seed,
    fraction,
    ...(imageSize === undefined ? {} : { imageSize }),
    // As many as the preset has are the preset's: they follow when the person takes another.
    ...(steps === PRESET_SETTINGS[preset].generation.steps ? {} : { steps }),
    ...(skipUnreadable ? { skipUnreadable: true } : {}),
    ...(known === undefined ? {} : { device: known }),
  };
}
