import type { ExportFormat } from '../../protocol/libraryApi.ts';
import type { RunDataset } from '../../protocol/runSummary.ts';

export interface ExportFormatText {
  readonly format: ExportFormat;
  readonly label: string;
  /** One sentence on what is written and who reads it. */
  readonly detail: string;
}

const FORMATS: readonly ExportFormatText[] = [
  {
    format: 'folder',
    label: 'Class folders',
    detail: 'One folder a split and class; metadata.jsonl says where each image comes from.',
  },
  {
    format: 'npz',
    label: 'MedMNIST-style .npz',
    detail: 'One file with train, val and test arrays, all images at the size of the run.',
  },
  {
    format: 'csv',
    label: 'CSV with image files',
    detail: 'A table of path, label, split and origin, beside a folder of images.',
  },
];

/** The formats that can hold a dataset: an image with several labels has no one class folder. */
export function exportFormats(dataset: RunDataset | undefined): readonly ExportFormatText[] {
  return dataset?.task === 'multi-label' ? FORMATS.filter(({ format }) => format === 'npz') : FORMATS;
}
