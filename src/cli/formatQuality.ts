import type { QualityDistances, QualityReport } from '../protocol/quality.ts';
import { formatTable } from './formatTable.ts';

type Space = QualityReport['spaces'][number];

/** What was measured of a pool, as lines of text for a terminal. */
export function formatQuality(report: QualityReport): string[] {
  const { pool, dataset, images, compared, spaces, warnings } = report;
  const against = `${images.train} training, ${images.val} validation and ${images.test} test images`;
  return [
    `${pool}: ${images.synthetic} synthetic images against ${against} of ${dataset.name}`,
    'Distributions, beside that of real training images',
    `  ${compared ?? 0} images of each set. Real validation images are the floor: nothing gets nearer but by chance or`,
    '  by copying. Training images with noise are the ladder: how far a known change goes in the same numbers.',
    ...spaces.flatMap(formatSpace),
    ...formatCopies(report),
    ...formatParents(report),
    ...formatAgreement(report),
    ...warnings.map((warning) => `Warning: ${warning}`),
  ];
}

function formatSpace({ name, dimensions, sha256, neighbours, synthetic, floor, ladder }: Space): string[] {
  const rows: [string, QualityDistances][] = [
    ['synthetic', synthetic],
    ['floor: validation', floor],
    ...ladder.map(({ sigma, distances }): [string, QualityDistances] => [`noise ${sigma}`, distances]),
  ];
  return [
    `Space ${name}: ${dimensions} dimensions, ${neighbours} neighbours, computed by ${sha256.slice(0, 12)}`,
    ...formatTable([
      ['', `FD-${name}`, `KD-${name}`, 'precision', 'recall', 'density', 'coverage'],
      ...rows.map(([title, distances]) => [title, ...formatDistances(distances)]),
    ]),
  ];
}

function formatDistances({
  frechet,
  kernel,
  precision,
  recall,
  density,
  coverage,
}: QualityDistances): string[] {
  return [
    frechet === null ? 'none' : shortened(frechet),
    kernel === null ? 'none' : `${shortened(kernel.mean)} ± ${shortened(kernel.deviation)}`,
    ...[precision, recall, density, coverage].map((value) => value.toFixed(3)),
  ];
}

function formatCopies({ spaces }: QualityReport): string[] {
  const rows = spaces.flatMap(({ name, copies, authentic }) =>
    (['train', 'val', 'test'] as const).map((split) => {
      const { exact, near, medianDistance } = copies[split];
      const share = split === 'train' ? percent(authentic) : '';
      return [`${name}, ${split}`, String(exact), String(near), shortened(medianDistance), share];
    }),
  );
  const isExact = rows.some(([, exact]) => exact !== '0');
  return [
    'Copies of real images',
    ...formatTable([['', 'exact', 'near', 'median distance', 'authentic'], ...rows]),
    '  Near: nearer than 5 % of the real images of the split are to their own nearest neighbours; of other real images',
    '  about one in twenty is expected to be, and more of smooth ones.',
    '  Authentic: farther from the nearest training image than that is from its own nearest neighbour.',
    isExact
      ? '  Exact copies were found.'
      : '  No exact copies were found. Measures of nearness are known to miss what a model has memorised.',
  ];
}

function formatParents({ parents }: QualityReport): string[] {
  if (!parents) return [];
  return [
    `Parents, known of ${parents.known} synthetic images (distances: root mean square over pixels, white is 1)`,
    ...formatTable([
      ['median distance to the parent', shortened(parents.medianToParent)],
      [
        'median distance of parents to their nearest other real image',
        shortened(parents.medianParentToNearest),
      ],
      ['nearer to the parent than 5 % of real images to each other', percent(parents.closerThanReal)],
      ['whose nearest training image is the parent', percent(parents.nearestIsParent)],
    ]),
  ];
}

function formatAgreement({ agreement }: QualityReport): string[] {
  if (!agreement) return [];
  return [
    `Labels that ${agreement.judge} predicts`,
    ...formatTable([
      ...agreement.byClass.map((share, label) => [
        `class ${label}`,
        share === null ? 'no image' : percent(share),
      ]),
      ['all', percent(agreement.all)],
    ]),
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Four digits that count. */
function shortened(value: number): string {
  return value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5)
    ? value.toPrecision(4)
    : value.toExponential(2);
}
