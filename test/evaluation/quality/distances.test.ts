/** Against NumPy and SciPy (test/parity/qualityFixtures.py), and properties that hold for any points. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deriveKey, permutation, randomKey } from '../../../src/engine/random.ts';
import { authenticShare } from '../../../src/evaluation/quality/authenticShare.ts';
import { frechetDistance } from '../../../src/evaluation/quality/frechetDistance.ts';
import { kernelDistance } from '../../../src/evaluation/quality/kernelDistance.ts';
import { nearestPoints } from '../../../src/evaluation/quality/nearestPoints.ts';
import { neighbourCoverage } from '../../../src/evaluation/quality/neighbourCoverage.ts';
import { squaredNeighbourRadii } from '../../../src/evaluation/quality/neighbourRadii.ts';
import { makePoints, selectPoints, type Points } from '../../../src/evaluation/quality/points.ts';
import { loadQuality } from '../../support/fixtures.ts';
import { drawPoints } from './drawPoints.ts';

const fixture = await loadQuality();
const key = randomKey(5);

function setOf(name: string): Points {
  const { data, shape } = fixture.tensor(name);
  return makePoints(Float64Array.from(data), shape[0], shape[1]);
}

function assertClose(actual: number | undefined, expected: number, tolerance: number, what: string): void {
  const isClose = actual !== undefined && Math.abs(actual - expected) <= tolerance;
  assert.ok(isClose, `${what}: ${actual} is not ${expected}`);
}

function shuffled(points: Points, name: string): Points {
  return selectPoints(points, permutation(deriveKey(key, name), points.count));
}

/** KID of all points at once. */
function wholeKernelDistance(a: Points, b: Points): number {
  return kernelDistance(a, b, { key, subsets: 1, subsetSize: a.count }).mean;
}

describe('as the published implementations', () => {
  for (const [name, expected] of Object.entries(fixture.description.sets)) {
    const [real, synthetic] = [setOf(`sets/${name}/real`), setOf(`sets/${name}/synthetic`)];

    test(`Frechet distance: ${name}`, () =>
      assertClose(frechetDistance(real, synthetic), expected.frechet, 1e-10, name));

    if (expected.kid !== null) {
      const { kid } = expected;
      test(`kernel distance: ${name}`, () =>
        assertClose(wholeKernelDistance(real, synthetic), kid, 1e-10, name));
    }

    test(`precision, recall, density, coverage: ${name}`, () => {
      for (const [k, values] of Object.entries(expected.coverage)) {
        const { precision, recall, density, coverage } = neighbourCoverage(real, synthetic, Number(k));
        [precision, recall, density, coverage].forEach((value, at) =>
          assertClose(value, values[at], 1e-12, `k ${k}, number ${at}`),
        );
      }
    });

    test(`nearest points and the authentic share: ${name}`, () => {
      const { distances, indices } = nearestPoints(synthetic, real);
      distances.forEach((distance, i) => assertClose(distance, expected.nearest[i], 1e-12, `distance ${i}`));
      const own = nearestPoints(selectPoints(real, indices), real, indices).distances;
      assert.equal(authenticShare(distances, own), expected.authentic);
    });
  }
});

describe('Frechet distance', () => {
  test('of Gaussians with scaled covariances is the sum of squared differences of deviations', () => {
    const points = drawPoints('gaussian', 50, 4);
    const moved = makePoints(
      points.data.map((value) => 3 * value + 2),
      50,
      4,
    );
    // C2 = 9 C1, so that Tr(C1 + C2 - 2 sqrt(C1 C2)) = (3 - 1)^2 Tr(C1).
    const mean = [0, 1, 2, 3].map((d) => columnOf(points, d).reduce((sum, value) => sum + value, 0) / 50);
    const variance = [0, 1, 2, 3].map(
      (d) => columnOf(points, d).reduce((sum, value) => sum + (value - mean[d]) ** 2, 0) / 49,
    );
    const shift = mean.reduce((sum, value) => sum + (2 * value + 2) ** 2, 0);
    const expected = shift + 4 * variance.reduce((sum, value) => sum + value, 0);
    assertClose(frechetDistance(points, moved), expected, 1e-10, 'distance');
  });

  for (const [count, dimensions] of [
    [40, 5],
    [6, 12],
  ]) {
    test(`of a set and itself in another order is 0, of ${count} points of ${dimensions} dimensions`, () => {
      const points = drawPoints('itself', count, dimensions);
      assertClose(frechetDistance(points, shuffled(points, 'order')), 0, 1e-7, 'distance');
    });

    test(`is symmetric, of ${count} points of ${dimensions} dimensions`, () => {
      const [a, b] = [drawPoints('a', count, dimensions), drawPoints('b', count, dimensions, { mean: 0.5 })];
      assertClose(frechetDistance(a, b), frechetDistance(b, a) ?? NaN, 1e-8, 'distance');
    });
  }

  test('is the same by covariances and by the matrix of points', () => {
    const [a, b] = [drawPoints('few', 7, 7), drawPoints('other', 9, 7)];
    // A dimension of zeros changes no distance, and makes 7 points too few for the first way.
    const widened = [a, b].map(({ count, data }) => {
      const wide = new Float64Array(count * 8);
      for (let i = 0; i < count; i++) wide.set(data.subarray(i * 7, i * 7 + 7), i * 8);
      return makePoints(wide, count, 8);
    });
    assertClose(frechetDistance(widened[0], widened[1]), frechetDistance(a, b) ?? NaN, 1e-6, 'distance');
  });

  test('is undefined for a single point', () => {
    assert.equal(frechetDistance(drawPoints('a', 1, 3), drawPoints('b', 9, 3)), undefined);
  });
});

describe('kernel distance', () => {
  const [a, b] = [drawPoints('a', 60, 4), drawPoints('b', 60, 4)];

  test('is near 0 for one distribution and grows with the shift', () => {
    const shifts = [0, 0.5, 1].map((mean) => wholeKernelDistance(a, drawPoints('shift', 60, 4, { mean })));
    assert.ok(Math.abs(shifts[0]) < shifts[1] && shifts[1] < shifts[2], shifts.join(' '));
  });

  test('does not depend on the order of the points, taken all together', () => {
    assertClose(wholeKernelDistance(a, shuffled(b, 'order')), wholeKernelDistance(a, b), 1e-12, 'distance');
  });

  test('of subsets is the same for the same key and another for another one', () => {
    const distance = (seed: number): unknown =>
      kernelDistance(a, b, { key: randomKey(seed), subsets: 5, subsetSize: 20 });
    assert.deepEqual(distance(1), distance(1));
    assert.notDeepEqual(distance(1), distance(2));
  });

  test('refuses subsets that are larger than the sets', () => {
    assert.throws(() => kernelDistance(a, b, { key, subsets: 1, subsetSize: 61 }), RangeError);
    assert.throws(() => kernelDistance(a, b, { key, subsets: 1, subsetSize: 1 }), RangeError);
  });
});

describe('precision, recall, density and coverage', () => {
  const points = drawPoints('points', 40, 3);

  test('of a set and itself are 1, density nearly', () => {
    const { density, ...shares } = neighbourCoverage(points, points, 5);
    assert.deepEqual(shares, { precision: 1, recall: 1, coverage: 1 });
    // A ball holds its centre and the k - 1 nearest: the k-th lies on its edge.
    assert.equal(density, 1);
  });

  test('of sets far apart are 0', () => {
    const far = drawPoints('far', 40, 3, { mean: 100 });
    assert.deepEqual(neighbourCoverage(points, far, 5), { precision: 0, recall: 0, density: 0, coverage: 0 });
  });

  test('do not depend on the order of the points', () => {
    const other = drawPoints('other', 30, 3, { mean: 0.5 });
    assert.deepEqual(
      neighbourCoverage(shuffled(points, 'one'), shuffled(other, 'two'), 3),
      neighbourCoverage(points, other, 3),
    );
  });

  test('count no ball of points that all coincide', () => {
    const same = makePoints(new Float64Array(12).fill(0.5), 6, 2);
    assert.deepEqual(neighbourCoverage(same, same, 3), { precision: 0, recall: 0, density: 0, coverage: 0 });
  });

  test('refuse more neighbours than there are', () => {
    assert.throws(() => neighbourCoverage(points, drawPoints('few', 3, 3), 3), RangeError);
    assert.deepEqual([...squaredNeighbourRadii(drawPoints('one', 1, 3), 0)], [0]);
  });
});

describe('nearest points', () => {
  test('skip the point itself, but not its copies', () => {
    const points = makePoints(Float64Array.from([0, 0, 3, 7]), 4, 1);
    const { distances, indices } = nearestPoints(points, points, [0, 1, 2, 3]);
    assert.deepEqual([...distances], [0, 0, 3, 4]);
    assert.deepEqual([...indices], [1, 0, 0, 2]);
  });

  test('are found in many dimensions, where the search stops early', () => {
    const [queries, references] = [drawPoints('q', 20, 70), drawPoints('r', 50, 70)];
    const { distances, indices } = nearestPoints(queries, references);
    for (let i = 0; i < 20; i++) {
      const all = Array.from({ length: 50 }, (_, j) =>
        Math.hypot(
          ...Array.from({ length: 70 }, (_, d) => queries.data[i * 70 + d] - references.data[j * 70 + d]),
        ),
      );
      assert.equal(indices[i], all.indexOf(Math.min(...all)));
      assertClose(distances[i], Math.min(...all), 1e-12, `distance ${i}`);
    }
  });

  test('refuse points of other spaces and queries without another point', () => {
    const one = drawPoints('one', 1, 3);
    assert.throws(() => nearestPoints(one, drawPoints('two', 2, 4)), RangeError);
    assert.throws(() => nearestPoints(one, one, [0]), RangeError);
  });
});

function columnOf({ count, dimensions, data }: Points, column: number): number[] {
  return Array.from({ length: count }, (_, i) => data[i * dimensions + column]);
}
