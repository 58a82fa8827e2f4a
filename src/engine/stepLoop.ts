import type { StepLoop } from './devices/device.ts';
import { usedValues, type TensorType, type TracedGraph } from './graph.ts';
import { formatShape, sameShape } from './tensor.ts';

/** What goes into a program and comes out of it. */
export interface Signature {
  readonly inputs: ReadonlyMap<string, TensorType>;
  readonly outputs: ReadonlyMap<string, TensorType>;
}

/**
 * Inputs and outputs of a graph that is run `loop.steps` times in one run: what differs from step to step, and what each
 * step tells, has an axis for the steps in front; what is carried has its own shape.
 *
 * Throws Error where the loop does not fit the graph: a carried name that it lacks, a carried output of another type
 * than its input, or one that is baked.
 */
export function loopSignature(
  graph: TracedGraph,
  loop: StepLoop,
  baked: ReadonlyMap<string, unknown>,
): Signature {
  checkLoop(graph, loop, baked);
  const used = usedValues(graph);
  const carriedInputs = new Set(loop.carried.values());
  const perStep = new Set(loop.perStep);
  const inputs = new Map<string, TensorType>();
  for (const [name, value] of graph.inputs) {
    if (baked.has(name) || !(used.has(value) || carriedInputs.has(name))) continue;
    inputs.set(name, perStep.has(name) ? stacked(value, loop.steps) : value);
  }
  const outputs = new Map<string, TensorType>();
  for (const [name, value] of graph.outputs) {
    outputs.set(name, loop.carried.has(name) ? value : stacked(value, loop.steps));
  }
  return { inputs, outputs };
}

function stacked({ shape, dtype }: TensorType, steps: number): TensorType {
  return { shape: [steps, ...shape], dtype };
}

function checkLoop(
  graph: TracedGraph,
  { steps, carried, perStep }: StepLoop,
  baked: ReadonlyMap<string, unknown>,
): void {
  if (!Number.isInteger(steps) || steps < 1) {
    throw new Error(`loop: the number of steps must be a whole number of at least 1, not ${steps}.`);
  }
  for (const [outputName, inputName] of carried) {
    const [output, input] = [graph.outputs.get(outputName), graph.inputs.get(inputName)];
    if (!output || !input)
      throw new Error(`loop: the graph does not carry '${outputName}' to '${inputName}'.`);
    if (output.dtype !== input.dtype || !sameShape(output.shape, input.shape)) {
      throw new Error(
        `loop: '${outputName}' of shape ${formatShape(output.shape)} cannot be the next '${inputName}' of shape ` +
          `${formatShape(input.shape)}.`,
      );
    }
  }
  const changing = [...carried.values(), ...perStep];
  const repeated = changing.find((name, index) => changing.indexOf(name) !== index);
  if (repeated !== undefined) throw new Error(`loop: '${repeated}' is carried or given by step twice.`);
  const fixed = changing.find((name) => baked.has(name));
  if (fixed !== undefined) throw new Error(`loop: '${fixed}' changes from step to step and cannot be baked.`);
}
