import { CHANGE_THRESHOLD } from '../../src/protocol/explanations.ts';
import {
  ADVERSARIAL_SCORES,
  SALIENCY_SCORES,
  type AdversarialScore,
  type Estimate,
  type RelevanceComparison,
  type RelevanceReport,
  type SaliencyScore,
} from '../../src/protocol/relevance.ts';
import { formatSigned } from '../shared/signedNumber.ts';

/** What more of a score means. */
type Direction = 'higherIsBetter' | 'lowerIsBetter' | 'higherIsHarder' | 'lowerIsHarder';

interface ScoreWords {
  readonly name: string;
  readonly hint: string;
  readonly direction: Direction;
  readonly digits: number;
}

const SALIENCY_WORDS: Readonly<Record<SaliencyScore, ScoreWords>> = {
  insertion: {
    name: 'Insertion',
    hint: 'Area under the probability of the class while pixels, most relevant first, appear in a blurred image.',
    direction: 'higherIsBetter',
    digits: 3,
  },
  deletion: {
    name: 'Deletion',
    hint: 'Area under the probability of the class while pixels, most relevant first, are blackened.',
    direction: 'lowerIsBetter',
    digits: 3,
  },
  road: {
    name: 'ROAD',
    hint: 'Half of what the probability loses more when the most relevant rather than the least relevant pixels are imputed.',
    direction: 'higherIsBetter',
    digits: 3,
  },
  relevanceMass: {
    name: 'Relevance mass',
    hint: 'Share of the map that lies inside the mask.',
    direction: 'higherIsBetter',
    digits: 3,
  },
  relevanceRank: {
    name: 'Relevance rank',
    hint: 'Of as many most relevant pixels as the mask has, the share that lies inside it.',
    direction: 'higherIsBetter',
    digits: 3,
  },
  pointingGame: {
    name: 'Pointing game',
    hint: 'Share of the images whose most relevant pixel lies inside the mask.',
    direction: 'higherIsBetter',
    digits: 3,
  },
};

const ADVERSARIAL_WORDS: Readonly<Record<AdversarialScore, ScoreWords>> = {
  flipped: {
    name: 'Flipped',
    hint: 'Share of the images whose prediction flipped within the steps, with those that the reconstruction alone flips.',
    direction: 'lowerIsHarder',
    digits: 3,
  },
  steps: {
    name: 'Steps',
    hint: 'Steps until the prediction flipped, over the images that a step flipped.',
    direction: 'higherIsHarder',
    digits: 1,
  },
  l2: {
    name: 'L2',
    hint: 'Euclidean norm of the change over all pixels, where white is 1, over the images that a step flipped.',
    direction: 'higherIsHarder',
    digits: 2,
  },
  area: {
    name: 'Area',
    hint: `Share of the pixels that changed by at least ${CHANGE_THRESHOLD} of white, over the images that a step flipped.`,
    direction: 'higherIsHarder',
    digits: 3,
  },
  relevanceMass: SALIENCY_WORDS.relevanceMass,
  relevanceRank: SALIENCY_WORDS.relevanceRank,
  pointingGame: SALIENCY_WORDS.pointingGame,
};

/** One score of both runs as the table shows it. */
export interface RelevanceRow {
  readonly group: 'saliency' | 'adversarial';
  readonly name: string;
  readonly hint: string;
  /** What more of it means: `higher is better`. */
  readonly direction: string;
  /** `0.512 (0.431 to 0.590)`; undefined where the run has no such score. */
  readonly values: readonly [string | undefined, string | undefined];
  /** Second minus first, with its interval; undefined where that was not measured. */
  readonly difference: string | undefined;
  /** What the difference says, and no more. */
  readonly verdict: string | undefined;
  /** Whether the difference's interval lies on one side of zero. */
  readonly isShown: boolean;
}

/** The scores that at least one of the runs has. `names` are those of the runs, in the same order as the reports. */
export function relevanceRows(
  reports: readonly [RelevanceReport | undefined, RelevanceReport | undefined],
  comparison: RelevanceComparison | undefined,
  names: readonly [string, string],
): readonly RelevanceRow[] {
  const rowOf = (
    group: RelevanceRow['group'],
    words: ScoreWords,
    estimates: readonly [Estimate | undefined, Estimate | undefined],
    difference: Estimate | undefined,
  ): readonly RelevanceRow[] => {
    if (estimates.every((estimate) => estimate === undefined)) return [];
    return [
      {
        group,
        name: words.name,
        hint: words.hint,
        direction: DIRECTION_WORDS[words.direction],
        values: [textOf(estimates[0], words.digits), textOf(estimates[1], words.digits)],
        difference: difference && differenceText(difference, words.digits),
        verdict: difference && verdictOf(difference, words.direction, names),
        isShown: difference !== undefined && excludesZero(difference),
      },
    ];
  };
  const [first, second] = reports;
  return [
    ...SALIENCY_SCORES.flatMap((score) =>
      rowOf(
        'saliency',
        SALIENCY_WORDS[score],
        [first?.saliency[score], second?.saliency[score]],
        comparison?.saliency[score],
      ),
    ),
    ...ADVERSARIAL_SCORES.flatMap((score) =>
      rowOf(
        'adversarial',
        ADVERSARIAL_WORDS[score],
        [first?.adversarial[score], second?.adversarial[score]],
        comparison?.adversarial[score],
      ),
    ),
  ];
}

const MOST_DIGITS = 6;

const DIRECTION_WORDS: Readonly<Record<Direction, string>> = {
  higherIsBetter: 'higher is better',
  lowerIsBetter: 'lower is better',
  higherIsHarder: 'higher: harder to flip',
  lowerIsHarder: 'lower: harder to flip',
};

function excludesZero({ low, high }: Estimate): boolean {
  return low > 0 || high < 0;
}

function verdictOf(
  difference: Estimate,
  direction: Direction,
  [first, second]: readonly [string, string],
): string {
  if (!excludesZero(difference)) return 'no difference shown';
  const isHigherGood = direction === 'higherIsBetter' || direction === 'higherIsHarder';
  const winner = difference.low > 0 === isHigherGood ? second : first;
  return direction === 'higherIsBetter' || direction === 'lowerIsBetter'
    ? `better for ${winner}`
    : `${winner} is harder to flip`;
}

function textOf(estimate: Estimate | undefined, digits: number): string | undefined {
  if (!estimate) return undefined;
  const { mean, low, high } = estimate;
  return `${mean.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

/** With so many digits that an interval which excludes zero does not read as if it touched it. */
function differenceText(difference: Estimate, usualDigits: number): string {
  const { mean, low, high } = difference;
  let digits = usualDigits;
  const readsAsZero = (end: number): boolean => Number(end.toFixed(digits)) === 0;
  while (excludesZero(difference) && digits < MOST_DIGITS && (readsAsZero(low) || readsAsZero(high)))
    digits++;
  return `${formatSigned(mean, digits)} (${formatSigned(low, digits)} to ${formatSigned(high, digits)})`;
}
