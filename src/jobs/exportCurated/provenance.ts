import { SPLIT_NAMES } from '../../data/dataset.ts';
import { labelName } from '../labelName.ts';
import { PROGRAM_VERSION } from '../programVersion.ts';
import { countReal, countSynthetic, labelOf, type ExportItem, type ExportPlan } from './exportPlan.ts';

/** What an export says of each image; for real images all but the first two are null. */
export interface Provenance {
  readonly label: string;
  readonly synthetic: boolean;
  /** The run that made it, by its id. */
  readonly run: string | null;
  readonly sample_id: string | null;
  readonly method: string | null;
  /** The training image that it was derived from: its file where it has one, and its position. */
  readonly parent_file: string | null;
  readonly parent_index: number | null;
  /** Mutual information in nats, over this many dropout masks. */
  readonly mi_before: number | null;
  readonly mi_after: number | null;
  readonly num_mc_samples: number | null;
}

export function provenanceOf({ run, dataset }: ExportPlan, item: ExportItem): Provenance {
  const label = labelName(dataset.classNames, labelOf(item));
  if (item.kind === 'real') {
    return {
      label,
      synthetic: false,
      run: null,
      sample_id: null,
      method: null,
      parent_file: null,
      parent_index: null,
      mi_before: null,
      mi_after: null,
      num_mc_samples: null,
    };
  }
  const { id, method, parent, miBefore, miAfter, numMcSamples } = item.record;
  return {
    label,
    synthetic: true,
    run: run.id,
    sample_id: id,
    method,
    parent_file: parent.file ?? null,
    parent_index: parent.index,
    mi_before: miBefore,
    mi_after: miAfter,
    num_mc_samples: numMcSamples,
  };
}

/** The text of `tsynd.json`: where an export as a whole comes from. */
export function describeExport(plan: ExportPlan, exportedAt: Date): string {
  const { run, dataset } = plan;
  const { id, manifest } = run;
  const description = {
    formatVersion: 1,
    exportedAt: exportedAt.toISOString(),
    tsynd: PROGRAM_VERSION,
    run: id,
    method: manifest.settings.method,
    seed: manifest.seed,
    dataset: { name: dataset.name, sha256: dataset.sha256 },
    /** Of the synthetic images, in px; the originals keep their own size. */
    imageSize: dataset.imageSize,
    splitSource: dataset.splitSource,
    synthetic: countSynthetic(plan),
    real: countReal(plan),
  };
  return `${JSON.stringify(description, undefined, 2)}\n`;
}

/** One line a training, validation and test image, in the order of the arrays. */
export function metadataLines(plan: ExportPlan): string {
  const lines = SPLIT_NAMES.flatMap((split) =>
    plan.splits[split].map((item, index) => ({ split, index, ...provenanceOf(plan, item) })),
  );
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
