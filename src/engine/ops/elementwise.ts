import type { Tensor } from '@tensorflow/tfjs-core';
import type { Value } from '../graph.ts';
import type { Operation } from '../operation.ts';
import type { DType } from '../tensor.ts';
import type { TensorFlow } from '../tensorflow/tensorFlowContext.ts';
import { broadcastShape, mapBroadcast, requireType } from './broadcasting.ts';
import { sumTo } from './sum.ts';

/** Operations without attributes. */
export type NoAttributes = Readonly<Record<string, never>>;

interface UnaryRules {
  readonly name: string;
  readonly onnx: string;
  /** The name of TensorFlow.js's kernel of one operand `x`. */
  readonly tensorFlow: string;
  readonly compute: (x: number) => number;
  /** d loss / d x from x, y = f(x) and d loss / d y. */
  readonly gradient: (x: Value, y: Value, dy: Value) => Value;
}

/** An elementwise function of one float operand. */
export function unaryOperation(rules: UnaryRules): Operation<NoAttributes> {
  return {
    name: rules.name,
    infer: (inputs) => {
      requireType(rules.name, inputs, 'float32');
      return inputs[0];
    },
    differentiate: ({ inputs, outputs }, [dy]) => [() => rules.gradient(inputs[0], outputs[0], dy!)],
    toOnnx: (emitter, inputs) => emitter.node(rules.onnx, inputs),
    toTensorFlow: ({ tf }, [x]) => tf.engine().runKernel<Tensor>(rules.tensorFlow, { x }),
    evaluate: (inputs, _, outputs) => mapBroadcast(inputs, outputs[0], rules.compute),
  };
}

interface BinaryRules {
  readonly name: string;
  readonly onnx: string;
  /** The name of TensorFlow.js's kernel of two operands `a` and `b`. */
  readonly tensorFlow: string;
  readonly compute: (a: number, b: number) => number;
  /** Gradients of both operands before they are summed over stretched axes. */
  readonly gradients: readonly [BinaryGradient, BinaryGradient];
}
type BinaryGradient = (a: Value, b: Value, dy: Value, y: Value) => Value;

/** An elementwise function of two float operands with broadcasting. */
export function binaryOperation(rules: BinaryRules): Operation<NoAttributes> {
  return {
    name: rules.name,
    infer: (inputs) => {
      requireType(rules.name, inputs, 'float32');
      return { shape: broadcastShape(rules.name, inputs[0].shape, inputs[1].shape), dtype: 'float32' };
    },
    differentiate: ({ inputs, outputs }, [dy]) => {
      const [a, b] = [inputs[0], inputs[1]];
      return [
        () => sumTo(rules.gradients[0](a, b, dy!, outputs[0]), a.shape),
        () => sumTo(rules.gradients[1](a, b, dy!, outputs[0]), b.shape),
      ];
    },
    toOnnx: (emitter, inputs) => emitter.node(rules.onnx, inputs),
    toTensorFlow: ({ tf }, [a, b]) => tf.engine().runKernel<Tensor>(rules.tensorFlow, { a, b }),
    evaluate: (inputs, _, outputs) => mapBroadcast(inputs, outputs[0], rules.compute),
  };
}

interface PredicateRules {
  readonly name: string;
  readonly onnx: string;
  readonly tensorFlow: (tf: TensorFlow, operands: readonly Tensor[]) => Tensor;
  readonly operandType: DType | 'number';
  readonly compute: (...values: number[]) => boolean;
}

/** A function without a gradient whose result is `bool`: comparisons and logic. */
export function predicate({
  name,
  onnx,
  tensorFlow,
  operandType,
  compute,
}: PredicateRules): Operation<NoAttributes> {
  return {
    name,
    infer: (inputs) => {
      requireType(name, inputs, operandType === 'number' ? inputs[0].dtype : operandType);
      const shape = inputs.map((input) => input.shape).reduce((a, b) => broadcastShape(name, a, b));
      return { shape, dtype: 'bool' };
    },
    differentiate: ({ inputs }) => inputs.map(() => undefined),
    toOnnx: (emitter, inputs) => emitter.node(onnx, inputs),
    toTensorFlow: ({ tf }, inputs) => tensorFlow(tf, inputs),
    evaluate: (inputs, _, outputs) =>
      mapBroadcast(inputs, outputs[0], (...values) => (compute(...values) ? 1 : 0)),
  };
}
