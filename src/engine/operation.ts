import type { Tensor } from '@tensorflow/tfjs-core';
import type { Graph, GradientRule, Node, TensorType, Value } from './graph.ts';
import type { OnnxEmitter } from './onnx/emitter.ts';
import type { TensorFlowContext } from './tensorflow/tensorFlowContext.ts';
import type { HostTensor } from './tensor.ts';

/** An operand: a symbolic tensor, or a number, which becomes a scalar constant. */
export type Operand = Value | number;

/** A node as its gradient rule sees it. */
export interface Application<A> {
  readonly attributes: A;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/**
 * All there is to know of one operation: shapes, gradient, lowering and reference.
 *
 * @typeParam A attributes, plain JSON values: they are part of a node's identity.
 */
export interface Operation<A> {
  readonly name: string;
  /** Output types from operand types; throws ShapeError with the op's name and the shapes. */
  infer(inputs: readonly TensorType[], attributes: A): TensorType | readonly TensorType[];
  /** Gradients of the operands in terms of operations; a rule runs only if its operand's gradient is needed. */
  differentiate(
    node: Application<A>,
    outputGradients: readonly (Value | undefined)[],
  ): readonly GradientRule[];
  /** Adds ONNX nodes; returns the output name or names. */
  toOnnx(
    emitter: OnnxEmitter,
    inputs: readonly string[],
    attributes: A,
    types: { readonly inputs: readonly TensorType[]; readonly outputs: readonly TensorType[] },
  ): string | readonly string[];
  /** Runs TensorFlow.js kernels; tensors that it makes on the way are the caller's to free (it runs in a `tidy`). */
  toTensorFlow(
    context: TensorFlowContext,
    inputs: readonly Tensor[],
    attributes: A,
    types: { readonly inputs: readonly TensorType[]; readonly outputs: readonly TensorType[] },
  ): Tensor | readonly Tensor[];
  /** Plain loops in float64; never fast, always right. */
  evaluate(
    inputs: readonly HostTensor[],
    attributes: A,
    outputs: readonly TensorType[],
  ): HostTensor | readonly HostTensor[];
}

/** Applies an operation to operands of one graph and returns its outputs. */
export function applyAll<A>(
  operation: Operation<A>,
  operands: readonly Operand[],
  attributes: A,
): readonly Value[] {
  const graph = graphOf(operands);
  const inputs = operands.map((operand) => (typeof operand === 'number' ? graph.scalar(operand) : operand));
  const types = asList(operation.infer(inputs, attributes));
  const identity = `${operation.name}(${inputs.map((input) => input.id).join()})${attributesKey(attributes)}`;
  return graph.node(identity, types, (outputs): Node => {
    const node = { attributes, inputs, outputs };
    return {
      operation: operation.name,
      inputs,
      outputs,
      differentiate: (outputGradients) => operation.differentiate(node, outputGradients),
      toOnnx: (emitter, names) => asList(operation.toOnnx(emitter, names, attributes, { inputs, outputs })),
      toTensorFlow: (context, tensors) =>
        asList(operation.toTensorFlow(context, tensors, attributes, { inputs, outputs })),
      evaluate: (tensors) => asList(operation.evaluate(tensors, attributes, outputs)),
    };
  }).outputs;
}

/** Applies an operation that has a single output. */
export function apply<A>(operation: Operation<A>, operands: readonly Operand[], attributes: A): Value {
  return applyAll(operation, operands, attributes)[0];
}

function graphOf(operands: readonly Operand[]): Graph {
  let graph: Graph | undefined;
  for (const operand of operands) {
    if (typeof operand === 'number') continue;
    if (graph && graph !== operand.graph) throw new Error('apply: the operands belong to different graphs.');
    graph = operand.graph;
  }
  if (!graph) throw new Error('apply: at least one operand must be a value of a graph.');
  return graph;
}

function asList<T extends object>(one: T | readonly T[]): readonly T[];
function asList(one: string | readonly string[]): readonly string[];
function asList<T>(one: T | readonly T[]): readonly T[] {
  return Array.isArray(one) ? (one as readonly T[]) : [one as T];
}

/** Attributes as text; JSON alone would write infinities and NaN as null. */
function attributesKey(attributes: unknown): string {
  return JSON.stringify(attributes, (_key, value: unknown) =>
    typeof value === 'number' ? String(value) : value,
  );
}
