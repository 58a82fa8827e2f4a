import { SPLIT_NAMES, type SplitName } from '../../data/dataset.ts';
import type { QualityReport } from '../../protocol/quality.ts';

/** Fewer images than this leave all shares and distances to chance. */
const FEW = 50;

const SPLIT_WORDS: Readonly<Record<SplitName, string>> = {
  train: 'training',
  val: 'validation',
  test: 'test',
};

/** What a person must know beside the numbers, as sentences. */
export function describeQuality(
  { compared = 0, spaces }: Pick<QualityReport, 'compared' | 'spaces'>,
  exact: Readonly<Record<SplitName, number>>,
): string[] {
  const warnings = SPLIT_NAMES.filter((split) => exact[split] > 0).map((split) => {
    const count = exact[split];
    return `${count} synthetic ${count === 1 ? 'image is an exact copy of a' : 'images are exact copies of'} ${SPLIT_WORDS[split]} ${count === 1 ? 'image' : 'images'}.`;
  });
  if (compared < FEW) {
    warnings.push(
      `Only ${compared} images of each set can be compared: distances and shares are mostly chance.`,
    );
  }
  const singular = spaces.filter(({ dimensions }) => compared <= dimensions);
  if (singular.length > 0) {
    const names = singular.map(({ name, dimensions }) => `FD-${name} (${dimensions} dimensions)`);
    warnings.push(
      `${names.join(', ')}: the covariances of ${compared} images are singular, and the distance is biased upwards. ` +
        'Compare it with floor and ladder, which have as many images, and with nothing else.',
    );
  }
  return warnings;
}
