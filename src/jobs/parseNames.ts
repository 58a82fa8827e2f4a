import { nearestName } from '../data/nearestName.ts';
import { TsyndError } from '../protocol/errors.ts';
import {
  ARCHITECTURES,
  HEADS,
  METHODS,
  MIXES,
  POOL_SAMPLES,
  PRECISIONS,
  PRESETS,
  type Architecture,
  type Head,
  type Method,
  type Mix,
  type PoolSamples,
  type Precision,
  type Preset,
} from '../protocol/settings.ts';

/** Checks a method's name as a person gave it; throws TsyndError 'settings/invalid' naming the nearest one. */
export function parseMethod(name: string): Method {
  return parseName('method', name, METHODS);
}

/** Checks a preset's name as a person gave it; throws TsyndError 'settings/invalid' naming the nearest one. */
export function parsePreset(name: string): Preset {
  return parseName('preset', name, PRESETS);
}

/** Like `parseMethod`. */
export function parseArchitecture(name: string): Architecture {
  return parseName('architecture', name, ARCHITECTURES);
}

/** Like `parseMethod`. */
export function parseHead(name: string): Head {
  return parseName('head', name, HEADS);
}

/** Like `parseMethod`. */
export function parseMix(name: string): Mix {
  return parseName('mix', name, MIXES, 'mixes');
}

/** Like `parseMethod`. */
export function parsePoolSamples(name: string): PoolSamples {
  return parseName('choice of samples', name, POOL_SAMPLES, 'choices');
}

/** Like `parseMethod`. */
export function parsePrecision(name: string): Precision {
  return parseName('precision', name, PRECISIONS);
}

function parseName<Name extends string>(
  kind: string,
  name: string,
  known: readonly Name[],
  plural = `${kind}s`,
): Name {
  const found = known.find((candidate) => candidate === name);
  if (found !== undefined) return found;
  throw new TsyndError('settings/invalid', `There is no ${kind} '${name}'.`, {
    remedy: `Did you mean '${nearestName(name, known)}'? The ${plural} are ${known.join(', ')}.`,
  });
}
