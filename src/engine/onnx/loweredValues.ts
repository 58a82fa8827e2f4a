import type { Precision } from '../devices/device.ts';
import type { Value } from '../graph.ts';
import { ONNX_TYPE, type OnnxEmitter } from './emitter.ts';

/**
 * Which names of an ONNX graph hold which values. A value of floats is held in one precision; where it is needed in the
 * other one it is cast once, and never back, since what was cast is still there.
 */
export class LoweredValues {
  private readonly emitter: OnnxEmitter;
  private readonly single: Map<Value, string>;
  private readonly half = new Map<Value, string>();
  private readonly heldInHalf = new Set<Value>();

  /** @param names of what is there already: inputs and constants, in single precision */
  constructor(emitter: OnnxEmitter, names: ReadonlyMap<Value, string>) {
    this.emitter = emitter;
    this.single = new Map(names);
  }

  /** Whether a value is held in half precision. */
  isHalf(value: Value): boolean {
    return this.heldInHalf.has(value);
  }

  /** A node's output; only floats can be of half precision. */
  add(value: Value, name: string, precision: Precision): void {
    if (precision === 'float32' || value.dtype !== 'float32') {
      this.single.set(value, name);
    } else {
      this.half.set(value, this.kept(value, name));
      this.heldInHalf.add(value);
    }
  }

  /** Holds a value of single precision in half precision from now on. */
  round(value: Value): void {
    this.nameIn('float16', value);
    this.heldInHalf.add(value);
  }

  /** The name of a value in a precision, which other types than floats do not have; casts where it must. */
  nameIn(precision: Precision, value: Value): string {
    const isHalf = precision === 'float16' && value.dtype === 'float32';
    const [wanted, other] = isHalf ? [this.half, this.single] : [this.single, this.half];
    let name = wanted.get(value);
    if (name === undefined) {
      name = this.emitter.node('Cast', [other.get(value)!], { to: ONNX_TYPE[precision] });
      if (isHalf) name = this.kept(value, name);
      wanted.set(value, name);
    }
    return name;
  }

  /**
   * A name of half precision that the runtime cannot skip. On the processor it casts around nearly every node, and drops
   * casts from single precision and straight back (InsertCastTransformer): nothing would be rounded. A Reshape, which it
   * can do in half precision and without a copy, stands between them.
   */
  private kept({ shape }: Value, name: string): string {
    const { emitter } = this;
    return emitter.provider === 'cpu' ? emitter.node('Reshape', [name, emitter.int64s(shape)]) : name;
  }
}
