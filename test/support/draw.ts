import {
  deriveKey,
  integers,
  normals,
  randomKey,
  uniforms,
  type RandomKey,
} from '../../src/engine/random.ts';
import {
  boolTensor,
  floatTensor,
  intTensor,
  sizeOf,
  type HostTensor,
  type Shape,
} from '../../src/engine/tensor.ts';

/**
 * Random numbers of one case, keyed by its name, so that adding a case changes no other. Floats are in double precision
 * but exact in float32: devices and reference start from equal values.
 */
export class Draw {
  private readonly key: RandomKey;
  private draws = 0;

  constructor(name: string) {
    this.key = deriveKey(randomKey(0), name);
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + integers(this.nextKey(), 1, high - low + 1)[0];
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)];
  }

  /** `count` whole numbers from `low` to `high`. */
  integers(count: number, low: number, high: number): number[] {
    return Array.from({ length: count }, () => this.integer(low, high));
  }

  normal(shape: Shape, { mean = 0, deviation = 1 } = {}): HostTensor {
    const values = normals(this.nextKey(), sizeOf(shape));
    return floatTensor(
      shape,
      values.map((value) => Math.fround(mean + deviation * value)),
    );
  }

  uniform(shape: Shape, low: number, high: number): HostTensor {
    return floatTensor(shape, uniforms(this.nextKey(), sizeOf(shape), low, high).map(Math.fround));
  }

  /** int32 from 0 to `bound` - 1. */
  indices(shape: Shape, bound: number): HostTensor {
    return intTensor(shape, integers(this.nextKey(), sizeOf(shape), bound));
  }

  booleans(shape: Shape): HostTensor {
    return boolTensor(shape, Uint8Array.from(integers(this.nextKey(), sizeOf(shape), 2)));
  }

  private nextKey(): RandomKey {
    return deriveKey(this.key, this.draws++);
  }
}
