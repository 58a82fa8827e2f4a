import { checkSameSpace, type Points } from './points.ts';
import { squaredNeighbourRadii } from './neighbourRadii.ts';
import { squaredDistance } from './squaredDistance.ts';

export interface NeighbourCoverage {
  readonly precision: number;
  readonly recall: number;
  readonly density: number;
  readonly coverage: number;
}

/**
 * Improved precision and recall (Kynkaanniemi et al., arXiv 1904.06991), density and coverage (Naeem et al.,
 * arXiv 2002.09797) with the definitions of clovaai/generative-evaluation-prdc. A point's ball reaches, without its
 * edge, to its k-th nearest neighbour in its own set, itself excluded.
 *
 * - precision: share of synthetic points inside the ball of a real one
 * - recall: share of real points inside the ball of a synthetic one
 * - density: real balls that a synthetic point is in, as a mean over synthetic points, divided by k
 * - coverage: share of real points whose ball holds a synthetic one
 *
 * Where k points coincide their balls are empty, so that copies within one set lower all four.
 *
 * @throws RangeError unless both sets have more than `k` points of one space
 */
export function neighbourCoverage(real: Points, synthetic: Points, k: number): NeighbourCoverage {
  checkSameSpace('neighbourCoverage', real, synthetic);
  const realRadii = squaredNeighbourRadii(real, k);
  const syntheticRadii = squaredNeighbourRadii(synthetic, k);
  const ballsAround = new Int32Array(synthetic.count);
  let [recalled, covered] = [0, 0];
  for (let i = 0; i < real.count; i++) {
    let [isRecalled, isCovered] = [false, false];
    for (let j = 0; j < synthetic.count; j++) {
      const squared = squaredDistance(real, i, synthetic, j, Math.max(realRadii[i], syntheticRadii[j]));
      if (squared < realRadii[i]) {
        ballsAround[j]++;
        isCovered = true;
      }
      if (squared < syntheticRadii[j]) isRecalled = true;
    }
    if (isRecalled) recalled++;
    if (isCovered) covered++;
  }
  const balls = ballsAround.reduce((sum, number) => sum + number, 0);
  return {
    precision: ballsAround.filter((number) => number > 0).length / synthetic.count,
    recall: recalled / real.count,
    density: k === 0 ? 0 : balls / synthetic.count / k,
    coverage: covered / real.count,
  };
}
