import { firstEigenvector } from './firstEigenvector.ts';

/**
 * Places on the axis along which they differ most: X v with X `[P, F]`, the channels' values at each of P places minus
 * the channel's mean over places, and v its first right singular vector (pytorch-grad-cam 1.5.5,
 * utils/svd_on_activations.py). All 0 where all places are alike.
 *
 * X = U S V^T gives X v = s u, so that the smaller product is decomposed: X X^T `[P, P]`, whose first eigenvector is u,
 * or X^T X `[F, F]`, whose first is v. The sign is open; see `firstEigenvector`. Equal values give equal bytes.
 *
 * @param values `[F, P]`, finite
 */
export function principalProjection(values: Float64Array, features: number, places: number): Float64Array {
  const centred = withoutMeans(values, features, places);
  return places <= features
    ? projectByPlaces(centred, features, places)
    : projectByFeatures(centred, features, places);
}

function projectByPlaces(centred: Float64Array, features: number, places: number): Float64Array {
  const gram = new Float64Array(places * places);
  for (let channel = 0; channel < features; channel++) {
    const start = channel * places;
    for (let i = 0; i < places; i++) {
      const value = centred[start + i];
      for (let j = 0; j <= i; j++) gram[i * places + j] += value * centred[start + j];
    }
  }
  const { value, vector } = firstEigenvector(mirrored(gram, places), places);
  const length = Math.sqrt(value);
  return vector.map((component) => component * length);
}

function projectByFeatures(centred: Float64Array, features: number, places: number): Float64Array {
  const gram = new Float64Array(features * features);
  for (let i = 0; i < features; i++) {
    for (let j = 0; j <= i; j++) {
      let total = 0;
      for (let place = 0; place < places; place++) {
        total += centred[i * places + place] * centred[j * places + place];
      }
      gram[i * features + j] = total;
    }
  }
  const { vector } = firstEigenvector(mirrored(gram, features), features);
  const projection = new Float64Array(places);
  for (let channel = 0; channel < features; channel++) {
    for (let place = 0; place < places; place++) {
      projection[place] += vector[channel] * centred[channel * places + place];
    }
  }
  return projection;
}

function withoutMeans(values: Float64Array, features: number, places: number): Float64Array {
  const centred = new Float64Array(values.length);
  for (let start = 0; start < features * places; start += places) {
    let mean = 0;
    for (let index = start; index < start + places; index++) mean += values[index];
    mean /= places;
    for (let index = start; index < start + places; index++) centred[index] = values[index] - mean;
  }
  return centred;
}

/** A matrix of which the lower half is given, with its upper half. */
function mirrored(matrix: Float64Array, n: number): Float64Array {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) matrix[j * n + i] = matrix[i * n + j];
  return matrix;
}
