import type { QualityCopies, QualityDistances, QualityReport } from '../../protocol/quality.ts';
import { formatNumber, formatShare, NONE } from '../words/numbers.ts';
import type { Column, Table } from './table.ts';

type Space = QualityReport['spaces'][number];

/** What was measured of one pool of synthetic images; `classNames` are those of its dataset. */
export function qualityTables(report: QualityReport, classNames: readonly string[]): readonly Table[] {
  return [
    ...report.spaces.map((space) => distanceTable(report, space)),
    copyTable(report),
    ...(report.agreement ? [agreementTable(report.agreement, classNames)] : []),
  ];
}

/** Distances are called after their space. */
function distanceColumns(space: string): readonly Column[] {
  const numbers = [`FD-${space}`, `KD-${space}`, 'precision', 'recall', 'density', 'coverage'];
  return [{ label: 'images' }, ...numbers.map((label) => ({ label, isNumber: true }))];
}

function distanceTable({ dataset }: QualityReport, space: Space): Table {
  return {
    title: `Distances in the space of ${space.name}`,
    notes: [
      `${space.dimensions} features, ${space.neighbours} neighbours, computed by ${space.sha256.slice(0, 12)}. FD: Fréchet distance of two Gaussians; KD: squared kernel distance (MMD), mean and deviation over subsets. Neither is a FID or KID, which need Inception's features. Real validation images of ${dataset.name} are as near as real images come.`,
    ],
    columns: distanceColumns(space.name),
    headers: 1,
    rows: [
      ['synthetic', ...distanceCells(space.synthetic)],
      ['real validation images', ...distanceCells(space.floor)],
      ...space.ladder.map(({ sigma, distances }) => [
        `real with noise σ ${formatNumber(sigma)}`,
        ...distanceCells(distances),
      ]),
    ],
  };
}

function distanceCells({
  frechet,
  kernel,
  precision,
  recall,
  density,
  coverage,
}: QualityDistances): string[] {
  return [
    frechet === null ? NONE : formatNumber(frechet),
    kernel === null ? NONE : `${formatNumber(kernel.mean)} ± ${formatNumber(kernel.deviation)}`,
    ...[precision, recall, density, coverage].map((value) => value.toFixed(3)),
  ];
}

function copyTable({ spaces, parents, images }: QualityReport): Table {
  return {
    title: 'Copies of real images',
    notes: [
      `Of ${images.synthetic} synthetic images. Near: nearer to a real image than 5 % of real images are to their own nearest neighbour. Authentic: farther from its nearest training image than that is from its own nearest neighbour.`,
      ...(parents
        ? [
            `${formatShare(parents.closerThanReal)} of the ${parents.known} images with a known parent are nearer to it than the 5th percentile of real images' distances to each other (median ${formatNumber(parents.medianToParent)} to the parent, ${formatNumber(parents.medianParentToNearest)} from parents to their nearest real image); for ${formatShare(parents.nearestIsParent)} it is the nearest training image.`,
          ]
        : []),
      'No claim about privacy follows from these numbers.',
    ],
    columns: [
      { label: 'space' },
      { label: 'split' },
      { label: 'exact', isNumber: true },
      { label: 'near', isNumber: true },
      { label: 'median distance', isNumber: true },
      { label: 'authentic', isNumber: true },
    ],
    headers: 2,
    rows: spaces.flatMap(({ name, copies, authentic }) => [
      copyRow(name, 'train', copies.train, formatShare(authentic)),
      copyRow(name, 'val', copies.val, ''),
      copyRow(name, 'test', copies.test, ''),
    ]),
  };
}

function copyRow(
  space: string,
  split: string,
  { exact, near, medianDistance }: QualityCopies,
  authentic: string,
): string[] {
  return [space, split, String(exact), String(near), formatNumber(medianDistance), authentic];
}

function agreementTable(
  { judge, byClass, all }: NonNullable<QualityReport['agreement']>,
  classNames: readonly string[],
): Table {
  return {
    title: 'Labels that an independent classifier agrees with',
    notes: [`By ${judge}.`],
    columns: [{ label: 'class' }, { label: 'agrees', isNumber: true }],
    headers: 1,
    rows: [
      ...byClass.map((share, label) => [
        classNames[label] ?? String(label),
        share === null ? NONE : formatShare(share),
      ]),
      ['all', formatShare(all)],
    ],
  };
}
