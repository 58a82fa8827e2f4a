import { nodesInOrder, type Node, type Value } from './graph.ts';
import { add } from './ops/add.ts';
import { formatShape } from './tensor.ts';

/**
 * Reverse-mode differentiation, graph to graph: values for d loss / d w of every `w` in `parameters`.
 *
 * Only the part of the graph between the parameters and the loss is differentiated, so that asking for the gradient
 * of a latent costs no weight gradients. A parameter that the loss does not depend on gets zeros.
 *
 * @param loss shape `[]`; throws Error for any other shape
 */
export function gradientsOf(loss: Value, parameters: readonly Value[]): Value[] {
  if (loss.shape.length !== 0) {
    throw new Error(`gradientsOf: the loss must be a scalar, not of shape ${formatShape(loss.shape)}.`);
  }
  const order = nodesInOrder([loss]);
  const needed = new Set<Value>(parameters);
  for (const node of order) {
    if (node.inputs.some((input) => needed.has(input))) for (const output of node.outputs) needed.add(output);
  }

  const gradients = new Map<Value, Value>([[loss, loss.graph.scalar(1)]]);
  for (let i = order.length - 1; i >= 0; i--) propagate(order[i], needed, gradients);
  return parameters.map((parameter) => gradients.get(parameter) ?? loss.graph.filled(parameter.shape, 0));
}

function propagate(node: Node, needed: ReadonlySet<Value>, gradients: Map<Value, Value>): void {
  const outputGradients = node.outputs.map((output) => gradients.get(output));
  if (outputGradients.every((gradient) => gradient === undefined)) return;
  if (!node.inputs.some((input) => needed.has(input))) return;
  const rules = node.differentiate(outputGradients);
  node.inputs.forEach((input, position) => {
    const rule = rules[position];
    if (!rule || !needed.has(input)) return;
    const gradient = rule();
    const sum = gradients.get(input);
    gradients.set(input, sum ? add(sum, gradient) : gradient);
  });
}
