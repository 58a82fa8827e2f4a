import type { Graph, Value } from '../engine/graph.ts';
import { sameShape, formatShape, type Shape } from '../engine/tensor.ts';
import type { Initializer } from './initializers.ts';

/** Whether batch norm uses the batch's statistics (and updates its running ones) or the running ones. */
export type Mode = 'training' | 'inference';

/** What is known of a named tensor of a model. */
export interface ModelTensor {
  readonly shape: Shape;
  readonly initializer: Initializer;
}

/**
 * The named tensors of a model while its graph is traced. Layers ask for them by PyTorch's names; every tensor is an
 * input of the graph under its name, behind an optional prefix that keeps two models of one graph apart.
 */
export class ModelScope {
  readonly graph: Graph;
  readonly mode: Mode;
  /** Trainable tensors, in the order in which layers asked for them. */
  readonly parameters = new Map<string, ModelTensor>();
  /** Tensors that training changes without a gradient, such as running statistics. */
  readonly buffers = new Map<string, ModelTensor>();
  /** New values of buffers after this step; only in training mode. */
  readonly bufferUpdates = new Map<string, Value>();
  private readonly values = new Map<string, Value>();
  private readonly prefix: string;

  constructor(graph: Graph, mode: Mode, prefix = '') {
    this.graph = graph;
    this.mode = mode;
    this.prefix = prefix;
  }

  /** A trainable tensor; asking again for the same name gives the same value. */
  parameter(name: string, shape: Shape, initializer: Initializer): Value {
    return this.tensor(this.parameters, name, shape, initializer);
  }

  /** A tensor without a gradient. */
  buffer(name: string, shape: Shape, initializer: Initializer): Value {
    return this.tensor(this.buffers, name, shape, initializer);
  }

  /** The graph's value of a tensor that a layer has asked for. */
  valueOf(name: string): Value {
    const value = this.values.get(name);
    if (!value) throw new Error(`The model has no tensor '${name}'.`);
    return value;
  }

  private tensor(
    kind: Map<string, ModelTensor>,
    name: string,
    shape: Shape,
    initializer: Initializer,
  ): Value {
    const known = this.values.get(name);
    if (known) {
      if (!sameShape(known.shape, shape)) {
        throw new Error(
          `'${name}' is ${formatShape(known.shape)} and was asked for as ${formatShape(shape)}.`,
        );
      }
      return known;
    }
    const value = this.graph.input(this.prefix + name, shape);
    kind.set(name, { shape, initializer });
    this.values.set(name, value);
    return value;
  }
}
