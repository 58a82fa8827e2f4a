import type { Tensor } from '@tensorflow/tfjs-core';
import type { OnnxEmitter } from './onnx/emitter.ts';
import type { TensorFlowContext } from './tensorflow/tensorFlowContext.ts';
import { floatTensor, sizeOf, type DType, type HostTensor, type Shape } from './tensor.ts';

/** What is known of a tensor before it is computed. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Makes the gradient with respect to one operand; called only when that gradient is needed. */
export type GradientRule = (() => Value) | undefined;

/** One application of an operation, its attributes bound. */
export interface Node {
  readonly operation: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Per operand how its gradient follows from the outputs' gradients; `undefined` where there is none. */
  differentiate(outputGradients: readonly (Value | undefined)[]): readonly GradientRule[];
  /** Adds ONNX nodes for this node; returns the names of its outputs. */
  toOnnx(emitter: OnnxEmitter, inputs: readonly string[]): readonly string[];
  /** Runs TensorFlow.js kernels for this node. */
  toTensorFlow(context: TensorFlowContext, inputs: readonly Tensor[]): readonly Tensor[];
  /** Computes the outputs in float64 with plain loops. */
  evaluate(inputs: readonly HostTensor[]): readonly HostTensor[];
}

/** A symbolic tensor of a graph: an input, a constant, or an output of a node. */
export class Value implements TensorType {
  readonly graph: Graph;
  /** Position in the order of tracing; operands come before what is made of them. */
  readonly id: number;
  readonly shape: Shape;
  readonly dtype: DType;
  /** The node that makes this value; `undefined` for inputs and constants. */
  readonly node: Node | undefined;
  /** Its name, for inputs of the graph. */
  readonly inputName: string | undefined;

  constructor(graph: Graph, id: number, type: TensorType, node?: Node, inputName?: string) {
    this.graph = graph;
    this.id = id;
    this.shape = type.shape;
    this.dtype = type.dtype;
    this.node = node;
    this.inputName = inputName;
  }
}

/** A static graph under construction: named inputs, constants and the nodes applied to them. */
export class Graph {
  readonly inputs = new Map<string, Value>();
  readonly constants = new Map<Value, HostTensor>();
  private readonly scalars = new Map<number, Value>();
  private readonly nodes = new Map<string, Node>();
  private nextId = 0;

  /** A value that is given at every run. Throws Error when the name is taken. */
  input(name: string, shape: Shape, dtype: DType = 'float32'): Value {
    if (this.inputs.has(name)) throw new Error(`graph: the input '${name}' is declared twice.`);
    const value = new Value(this, this.nextId++, { shape: [...shape], dtype }, undefined, name);
    this.inputs.set(name, value);
    return value;
  }

  /** A value that is part of the program. */
  constant(tensor: HostTensor): Value {
    const value = this.value(tensor, undefined);
    this.constants.set(value, tensor);
    return value;
  }

  /** A float constant of shape `[]`; equal numbers are one value. */
  scalar(number: number): Value {
    let value = this.scalars.get(number);
    if (!value) {
      value = this.constant({ dtype: 'float32', shape: [], data: Float64Array.of(number) });
      this.scalars.set(number, value);
    }
    return value;
  }

  /** A float constant filled with one number. */
  filled(shape: Shape, number: number): Value {
    return sizeOf(shape) === 1 && shape.length === 0
      ? this.scalar(number)
      : this.constant(floatTensor(shape, number));
  }

  /** Adds a node, or returns the one that already computes the same (same operation, attributes and operands). */
  node(identity: string, outputs: readonly TensorType[], make: (outputs: readonly Value[]) => Node): Node {
    const known = this.nodes.get(identity);
    if (known) return known;
    const values: Value[] = [];
    const node = make(values);
    for (const type of outputs) values.push(this.value(type, node));
    this.nodes.set(identity, node);
    return node;
  }

  private value(type: TensorType, node: Node | undefined): Value {
    return new Value(this, this.nextId++, { shape: [...type.shape], dtype: type.dtype }, node);
  }
}

/** A traced graph with its named results. */
export interface TracedGraph {
  readonly inputs: ReadonlyMap<string, Value>;
  readonly constants: ReadonlyMap<Value, HostTensor>;
  readonly outputs: ReadonlyMap<string, Value>;
}

/** Runs `build` once over symbolic values; its result names the program's outputs, which no input may be called. */
export function trace(build: (graph: Graph) => Readonly<Record<string, Value>>): TracedGraph {
  const graph = new Graph();
  const outputs = new Map(Object.entries(build(graph)));
  for (const name of outputs.keys()) {
    if (graph.inputs.has(name)) throw new Error(`graph: '${name}' is the name of an input and of an output.`);
  }
  return { inputs: graph.inputs, constants: graph.constants, outputs };
}

/** The nodes that the outputs depend on, operands first. */
export function nodesInOrder(outputs: Iterable<Value>): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack: { node: Node; next: number }[] = [];
  const visit = (value: Value): void => {
    if (value.node && !seen.has(value.node)) {
      seen.add(value.node);
      stack.push({ node: value.node, next: 0 });
    }
  };
  for (const output of outputs) {
    visit(output);
    // An explicit stack: a training step is deeper than the call stack of JavaScript.
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top.next < top.node.inputs.length) {
        visit(top.node.inputs[top.next++]);
      } else {
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}

/** Every value that the graph's outputs depend on, themselves included. */
export function usedValues(graph: TracedGraph): Set<Value> {
  const used = new Set<Value>(graph.outputs.values());
  for (const node of nodesInOrder(graph.outputs.values())) {
    for (const input of node.inputs) used.add(input);
  }
  return used;
}
