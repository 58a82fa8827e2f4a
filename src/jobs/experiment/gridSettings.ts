import type { OverridesSpec, PretrainedSpec } from '../../protocol/experiment.ts';
import {
  generateSettingsSchema,
  PRESET_SETTINGS,
  type Architecture,
  type GenerateSettings,
  type Precision,
  type Preset,
} from '../../protocol/settings.ts';
import type { PretrainedSource } from '../pretrained/readPretrained.ts';

type Fixed = Omit<GenerateSettings, 'autoencoder' | 'classifier' | 'generation' | 'trainingSet' | 'preset'>;

export interface GridSettingsRequest extends Fixed {
  readonly preset: Preset;
  readonly architecture: Architecture;
  /** What is changed of the preset's settings; later ones win. */
  readonly overrides: readonly PoolOverrides[];
  /** The path that a file gives, with the hash of what lies there. */
  readonly resolvePretrained: (path: string) => PretrainedSource;
}

/** Overrides of a pool may choose the architecture, which is the grid's everywhere else. */
type PoolOverrides = Omit<OverridesSpec, 'classifier'> & {
  readonly classifier?: OverridesSpec['classifier'] & { readonly architecture?: Architecture | undefined };
};

/** Whole settings of a run: the preset's, changed by the overrides field by field. */
export function gridSettings(request: GridSettingsRequest): GenerateSettings {
  const { preset, architecture, overrides, resolvePretrained, ...fixed } = request;
  const { autoencoder, classifier, generation } = PRESET_SETTINGS[preset];
  const merged = overrides.reduce<PoolOverrides>(
    (sum, change) => ({
      autoencoder: { ...sum.autoencoder, ...change.autoencoder },
      classifier: { ...sum.classifier, ...change.classifier },
      generation: { ...sum.generation, ...change.generation },
      ...precisionOf(change.precision ?? sum.precision),
    }),
    { classifier: { architecture } },
  );
  const { pretrained, ...changed } = merged.classifier ?? {};
  const weights = pretrainedFor(pretrained, changed.architecture ?? architecture);
  return generateSettingsSchema.parse({
    ...fixed,
    preset,
    autoencoder: { ...autoencoder, ...merged.autoencoder },
    classifier: {
      ...{ ...classifier, ...changed },
      ...(weights === undefined ? {} : { pretrained: resolvePretrained(weights) }),
    },
    generation: { ...generation, ...merged.generation },
    ...precisionOf(merged.precision),
  });
}

/** Single precision is left out, as it was before there was another: what hashes it stays the same. */
function precisionOf(precision: Precision | undefined): { precision?: Precision } {
  return precision === undefined || precision === 'float32' ? {} : { precision };
}

/** The weights that a classifier starts from, as the file names them. */
function pretrainedFor(spec: PretrainedSpec | undefined, architecture: Architecture): string | undefined {
  return typeof spec === 'object' ? spec[architecture] : spec;
}
