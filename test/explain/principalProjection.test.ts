import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';

import { firstEigenvector } from '../../src/explain/firstEigenvector.ts';
import { principalProjection } from '../../src/explain/principalProjection.ts';
import { floatTensor } from '../../src/engine/tensor.ts';
import { assertElementsClose } from '../support/closeness.ts';
import { Draw } from '../support/draw.ts';

const close = (found: ArrayLike<number>, expected: ArrayLike<number>, what: string): void =>
  assertElementsClose(
    floatTensor([found.length], Float64Array.from(found)),
    floatTensor([expected.length], Float64Array.from(expected)),
    1e-8,
    what,
  );

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((total, value, index) => total + value * b[index], 0);

/** V diag(values) V^T with the eigenvectors V of a random symmetric matrix. */
function withEigenvalues(values: readonly number[], name: string): { matrix: Float64Array; last: number[] } {
  const n = values.length;
  const random = Matrix.from1DArray(n, n, [...new Draw(name).normal([n * n]).data]);
  const vectors = new EigenvalueDecomposition(random.add(random.transpose())).eigenvectorMatrix;
  const matrix = vectors.mmul(Matrix.diag([...values])).mmul(vectors.transpose());
  return { matrix: Float64Array.from(matrix.to1DArray()), last: vectors.getColumn(n - 1) };
}

for (const [what, second] of [
  ['far apart', 1],
  ['close', 9.9],
  ['too close for iteration', 10 - 1e-6],
] as const) {
  test(`the first eigenvector is found where the largest eigenvalues are ${what}`, () => {
    const { matrix, last } = withEigenvalues([0, 0.5, 1, second, 10], what);
    const { value, vector } = firstEigenvector(matrix, 5);
    assert.ok(Math.abs(value - 10) < 1e-9);
    close(
      vector,
      last.map((component) => component * Math.sign(dot(vector, last))),
      what,
    );
  });
}

test('the sign of the first eigenvector does not depend on the way it is found', () => {
  const near = withEigenvalues([1, 10 - 1e-6, 10], 'sign').matrix;
  const apart = withEigenvalues([1, 2, 10], 'sign').matrix;
  assert.ok(dot(firstEigenvector(near, 3).vector, firstEigenvector(apart, 3).vector) > 0.99);
});

test('a matrix of zeros has the eigenvalue 0', () => {
  assert.equal(firstEigenvector(new Float64Array(9), 3).value, 0);
});

for (const [features, places] of [
  [40, 9],
  [9, 9],
  [5, 49],
  [1, 6],
  [6, 1],
] as const) {
  test(`${features} channels at ${places} places: the projection is a full decomposition's`, () => {
    for (let round = 0; round < 10; round++) {
      const draw = new Draw(`${features} by ${places}, ${round}`);
      const values = Float64Array.from(draw.normal([features * places], { mean: 1 }).data);
      const rows = Matrix.from1DArray(features, places, values).transpose();
      const centred = rows.subRowVector(rows.mean('column'));
      const found = principalProjection(values, features, places);
      const { rightSingularVectors } = new SingularValueDecomposition(centred, { autoTranspose: true });
      const expected = centred.mmul(rightSingularVectors.subMatrixColumn([0])).to1DArray();
      const sign = dot(found, expected) < 0 ? -1 : 1;
      close(
        found,
        expected.map((value) => sign * value),
        `round ${round}`,
      );
      assert.deepEqual(principalProjection(values, features, places), found);
    }
  });
}

test('places that are all alike have no axis', () => {
  const values = Float64Array.from({ length: 12 }, (_, index) => Math.floor(index / 4));
  assert.deepEqual([...principalProjection(values, 3, 4)], [0, 0, 0, 0]);
});
