import type { Dataset } from '../data/dataset.ts';
import { TsyndError } from '../protocol/errors.ts';
import type { RunFolder } from '../runs/runFolder.ts';

/** Throws TsyndError 'run/settings-differ' unless a run's classifier was trained on images of a dataset's size and colours. */
export function checkImageForm(dataset: Dataset, { id, manifest }: RunFolder): void {
  const known = manifest.dataset;
  if (known.imageSize === dataset.imageSize && known.channels === dataset.channels) return;
  throw new TsyndError(
    'run/settings-differ',
    `Run ${id} cannot judge images of ${dataset.path}: it sees ${formOf(known)}, and these are ${formOf(dataset)}.`,
    { remedy: 'Choose a run with the same image size and colours.' },
  );
}

function formOf({ channels, imageSize }: Pick<Dataset, 'channels' | 'imageSize'>): string {
  return `${channels === 1 ? 'grey' : 'colour'} images of ${imageSize} px`;
}
