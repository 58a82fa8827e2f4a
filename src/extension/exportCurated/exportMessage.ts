import type { LibraryApi } from '../../protocol/libraryApi.ts';

type ExportResult = LibraryApi['export/curated']['result'];

/** e.g. `Exported 35 synthetic and 546 real training images, 78 for validation and 156 for test, to breast-curated.` */
export function exportMessage({ synthetic, real }: ExportResult, place: string): string {
  const training =
    real.train === 0
      ? count(synthetic, 'synthetic training image')
      : `${number(synthetic)} synthetic and ${count(real.train, 'real training image')}`;
  const others = [
    ...(real.val > 0 ? [`${number(real.val)} for validation`] : []),
    ...(real.test > 0 ? [`${number(real.test)} for test`] : []),
  ];
  const rest = others.length > 0 ? `, ${others.join(' and ')},` : '';
  return `Exported ${training}${rest} to ${place}.`;
}

function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
