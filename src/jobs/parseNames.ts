import { nearestName } from '../data/nearestName.ts';
import { TsyndError } from '../protocol/errors.ts';
import { METHODS, PRESETS, type Method, type Preset } from '../protocol/settings.ts';

/** Checks a method's name as a person gave it; throws TsyndError 'settings/invalid' naming the nearest one. */
export function parseMethod(name: string): Method {
  return parseName('method', name, METHODS);
}

/** Checks a preset's name as a person gave it; throws TsyndError 'settings/invalid' naming the nearest one. */
export function parsePreset(name: string): Preset {
  return parseName('preset', name, PRESETS);
}

function parseName<Name extends string>(kind: string, name: string, known: readonly Name[]): Name {
  const found = known.find((candidate) => candidate === name);
  if (found !== undefined) return found;
  throw new TsyndError('settings/invalid', `There is no ${kind} '${name}'.`, {
    remedy: `Did you mean '${nearestName(name, known)}'? The ${kind}s are ${known.join(', ')}.`,
  });
}
