import type { Precision } from '../devices/device.ts';
import { floatTensor, intTensor, sizeOf, type HostTensor } from '../tensor.ts';
import type { TensorType } from '../graph.ts';
import { LARGEST_HALF, toFloat16 } from './float16.ts';
import type { AttributeProto, NodeProto, TensorProto, ValueInfoProto } from './modelProto.ts';

/** ONNX's numbers of element types (TensorProto.DataType). */
export const ONNX_TYPE = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10 } as const;

/** The execution provider that a program is lowered for: some have no kernel, or a slow one, for some forms. */
export type ProviderName = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';

/** A whole number, a list of them, a string, or `float(x)`. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

/** Marks an ONNX attribute as a float; bare numbers are integers. */
export function float(value: number): Attribute {
  return { float: value };
}

const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 };

/** Collects the nodes and initialisers of one ONNX graph. */
export class OnnxEmitter {
  readonly provider: ProviderName;
  readonly programPrecision: Precision;
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  readonly domains = new Set<string>();
  private readonly shared = new Map<string, string>();
  private readonly mark: string;
  private nextName = 0;
  private floats: Precision = 'float32';

  /**
   * @param mark begins all names; a graph within another one needs a mark of its own, and so do models' tensors
   * @param programPrecision what the whole program is lowered for
   */
  constructor(provider: ProviderName, mark = '%', programPrecision: Precision = 'float32') {
    this.provider = provider;
    this.mark = mark;
    this.programPrecision = programPrecision;
  }

  /** Type of the floats that the operation under way takes and gives, its constants included. */
  get precision(): Precision {
    return this.floats;
  }

  /** Lowers an operation whose floats are of that precision. */
  inPrecision<T>(precision: Precision, lower: () => T): T {
    this.floats = precision;
    const lowered = lower();
    this.floats = 'float32';
    return lowered;
  }

  /** Adds a node with one output and returns that output's name; `''` leaves an optional input out. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    return this.nodeWithOutputs(opType, inputs, attributes, 1)[0];
  }

  /** Adds a node with `count` outputs. */
  nodeWithOutputs(
    opType: string,
    input: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
    count: number,
    domain = '',
  ): string[] {
    const output = Array.from({ length: count }, () => this.fresh('v'));
    if (domain) this.domains.add(domain);
    const attribute = Object.entries(attributes).map(([name, value]) => attributeProto(name, value));
    this.nodes.push({ opType, input, output, attribute, domain, name: `${opType}_${this.nodes.length}` });
    return output;
  }

  /** Adds a named initialiser of its own; big tensors, and those that a kernel may overwrite, are never shared. */
  initializer(tensor: HostTensor): string {
    const name = this.fresh('c');
    this.initializers.push(tensorProto(name, tensor, this.precision));
    return name;
  }

  /** A shared int64 vector, as axes, shapes and pads are given since opset 13. */
  int64s(values: readonly number[]): string {
    return this.sharedInitializer(`int64[${values.join()}]`, (name) => ({
      name,
      dims: [values.length],
      dataType: ONNX_TYPE.int64,
      rawData: bytesOf(BigInt64Array.from(values, BigInt)),
    }));
  }

  /** A shared int64 scalar: an index, or a number of steps. */
  int64(value: number): string {
    return this.sharedInitializer(`int64(${value})`, (name) => ({
      name,
      dims: [],
      dataType: ONNX_TYPE.int64,
      rawData: bytesOf(BigInt64Array.of(BigInt(value))),
    }));
  }

  /** A shared float scalar; in half precision the nearest finite one. */
  float(value: number): string {
    const { precision } = this;
    if (precision === 'float32') {
      return this.sharedInitializer(`float(${value})`, (name) => tensorProto(name, floatTensor([], value)));
    }
    const finite = Number.isFinite(value) ? Math.max(-LARGEST_HALF, Math.min(value, LARGEST_HALF)) : value;
    return this.sharedInitializer(`half(${finite})`, (name) =>
      tensorProto(name, floatTensor([], finite), precision),
    );
  }

  /** A shared int32 scalar. */
  int32(value: number): string {
    return this.sharedInitializer(`int32(${value})`, (name) => tensorProto(name, intTensor([], [value])));
  }

  /** What `make` returned at the first call with this key, e.g. the name of a value that several nodes need. */
  once(key: string, make: () => string): string {
    let name = this.shared.get(key);
    if (name === undefined) this.shared.set(key, (name = make()));
    return name;
  }

  /** Whether a value is known before the program runs: an initialiser, or computed of nothing else. */
  isConstant(name: string): boolean {
    if (name === '' || this.initializers.some((initializer) => initializer.name === name)) return true;
    const node = this.nodes.find(({ output }) => output.includes(name));
    return node?.input.every((input) => this.isConstant(input)) ?? false;
  }

  private sharedInitializer(key: string, make: (name: string) => TensorProto): string {
    let name = this.shared.get(key);
    if (name === undefined) {
      name = this.fresh('c');
      this.initializers.push(make(name));
      this.shared.set(key, name);
    }
    return name;
  }

  private fresh(prefix: string): string {
    // A sign that no tensor of a model has in its name.
    return `${this.mark}${prefix}${this.nextName++}`;
  }
}

/** The declaration of a graph input or output. */
export function valueInfo(name: string, type: TensorType): ValueInfoProto {
  const dim = type.shape.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType: ONNX_TYPE[type.dtype], shape: { dim } } } };
}

/** A tensor as an initialiser; double-precision data is rounded to float32, and for `float16` once more. */
export function tensorProto(name: string, tensor: HostTensor, precision: Precision = 'float32'): TensorProto {
  const data = deviceData(tensor);
  const halves = precision === 'float16' && data instanceof Float32Array ? toFloat16(data) : undefined;
  return {
    name,
    dims: tensor.shape,
    dataType: halves ? ONNX_TYPE.float16 : ONNX_TYPE[tensor.dtype],
    rawData: bytesOf(halves ?? data),
  };
}

/** The tensor's data as devices hold it: float32 in single precision. */
export function deviceData(tensor: HostTensor): Float32Array | Int32Array | Uint8Array {
  const data = tensor.data instanceof Float64Array ? Float32Array.from(tensor.data) : tensor.data;
  if (data.length !== sizeOf(tensor.shape)) throw new RangeError('deviceData: data and shape disagree.');
  return data;
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function attributeProto(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPE.int, i: value };
  if (typeof value === 'string')
    return { name, type: ATTRIBUTE_TYPE.string, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: ATTRIBUTE_TYPE.float, f: value.float };
  return { name, type: ATTRIBUTE_TYPE.ints, ints: value };
}
