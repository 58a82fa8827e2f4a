import type { ArmSpec, ExperimentFile } from '../../protocol/experiment.ts';
import type { Architecture, GenerateSettings } from '../../protocol/settings.ts';
import { gridSettings } from '../experiment/gridSettings.ts';

/** Only what the file says is looked at, so the hashes of what it names are not needed. */
const UNREAD = '0'.repeat(64);

/** What the file says of an arm. Throws RangeError for an arm that it has not. */
export function armOf(file: ExperimentFile, name: string): ArmSpec {
  const arm = file.arms.map(specOf).find((one) => (one.name ?? one.method) === name);
  if (!arm) throw new RangeError(`armOf: the experiment has no arm ${name}.`);
  return arm;
}

/** The settings that all runs of an arm share, without what cells and training sets add. */
export function armSettings(
  file: ExperimentFile,
  arm: ArmSpec,
  architecture: Architecture,
): GenerateSettings {
  return settingsFrom(file, architecture, arm.method, arm);
}

/** The same of the runs that make a pool; undefined for a pool that was not made by the experiment. */
export function poolSettings(file: ExperimentFile, name: string): GenerateSettings | undefined {
  const spec = file.pools[name];
  if (!('generate' in spec)) return undefined;
  const { method, ratio: _ratio, ...overrides } = spec.generate;
  return settingsFrom(file, file.architectures[0], method, overrides);
}

function settingsFrom(
  file: ExperimentFile,
  architecture: Architecture,
  method: GenerateSettings['method'],
  overrides: Parameters<typeof gridSettings>[0]['overrides'][number],
): GenerateSettings {
  return gridSettings({
    ...{ preset: file.preset, method, architecture, overrides: [file, overrides] },
    ...{ seed: 0, fraction: 1, count: 0, skipUnreadable: false },
    resolvePretrained: (source) => ({ path: source, sha256: UNREAD }),
  });
}

function specOf(arm: ExperimentFile['arms'][number]): ArmSpec {
  return typeof arm === 'string' ? { method: arm, mix: 'real' } : arm;
}
