import { DEVICE_NAMES } from '../protocol/devices.ts';
import { DEFAULT_TILE_SIZE, TILE_SIZES, type TileSize } from '../protocol/galleryApi.ts';
import { METHODS, type Method } from '../protocol/methods.ts';
import type { DeviceChoice, Preset } from '../protocol/settings.ts';

/** What the settings `tsynd.*` hold. */
export interface Settings {
  readonly device: DeviceChoice;
  /** Processor threads; 0 for one a processor. */
  readonly threads: number;
  /** Relative to the workspace folder, or absolute. */
  readonly runsFolder: string;
  readonly 'defaults.preset': Preset;
  readonly 'defaults.method': Method;
  readonly 'defaults.count': number;
  /** Side of an image in px. */
  readonly 'gallery.tileSize': TileSize;
  readonly showFileDecorations: boolean;
}

export type SettingName = keyof Settings;

interface SettingSpec<T> {
  readonly default: T;
  readonly isValid: (value: unknown) => boolean;
}

/**
 * Defaults and limits, as package.json has them too; a test compares. Said here once more without a schema library,
 * whose loading would be half of the time that activation may take.
 */
export const SETTING_SPECS: { readonly [K in SettingName]: SettingSpec<Settings[K]> } = {
  device: oneOf('auto', DEVICE_NAMES),
  threads: wholeNumber(0, 0, 1024),
  runsFolder: {
    default: '.tsynd/runs',
    isValid: (value) => typeof value === 'string' && value.trim() !== '',
  },
  'defaults.preset': oneOf('quick', ['paper']),
  'defaults.method': oneOf(
    'mi',
    METHODS.filter((method) => method !== 'mi'),
  ),
  'defaults.count': wholeNumber(64, 0, 1_000_000),
  'gallery.tileSize': oneOf(DEFAULT_TILE_SIZE, TILE_SIZES),
  showFileDecorations: { default: true, isValid: (value) => typeof value === 'boolean' },
};

/** The value if it is one, and else the default: a settings file is written by hand. */
export function checkSetting<K extends SettingName>(name: K, value: unknown): Settings[K] {
  const spec = SETTING_SPECS[name];
  return spec.isValid(value) ? (value as Settings[K]) : spec.default;
}

function oneOf<T extends string | number>(first: T, others: readonly T[]): SettingSpec<T> {
  return { default: first, isValid: (value) => value === first || others.some((other) => other === value) };
}

function wholeNumber(byDefault: number, least: number, most: number): SettingSpec<number> {
  return {
    default: byDefault,
    isValid: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  };
}
