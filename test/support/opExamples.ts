import { gradientsOf } from '../../src/engine/gradient.ts';
import { trace, type Value } from '../../src/engine/graph.ts';
import { add } from '../../src/engine/ops/add.ts';
import { mul } from '../../src/engine/ops/mul.ts';
import { sum } from '../../src/engine/ops/sum.ts';
import type { TracedGraph } from '../../src/engine/graph.ts';
import type { HostTensor } from '../../src/engine/tensor.ts';
import { Draw } from './draw.ts';
import { loadOps, toFloat64 } from './fixtures.ts';
import { opBuilders, type Attributes } from './opBuilders.ts';

/** An op applied to numbers. Gradients belong to L = sum over outputs of sum(upstream * output). */
export interface OpExample {
  readonly op: string;
  /** `op/variant` */
  readonly name: string;
  readonly inputs: readonly HostTensor[];
  readonly build: (inputs: readonly Value[]) => readonly Value[];
  /** By output; `undefined` for one that does not enter L. */
  readonly upstreams: readonly (HostTensor | undefined)[];
  /** What PyTorch says, or a hand calculation. */
  readonly expected?: {
    readonly outputs: readonly HostTensor[];
    /** By input; `undefined` for one that is not float. */
    readonly gradients: readonly (HostTensor | undefined)[];
  };
  /** Whether L is differentiable where it is evaluated, and the gradient its derivative. */
  readonly isSmooth: boolean;
}

/** Their gradients differ from the derivative on purpose. */
const STOPPED = new Set(['stopGradient', 'straightThrough']);
/** Holds x = 0 exactly, where ReLU has a kink. */
const KINKED = new Set(['relu/extremes']);

/** The committed cases, computed by PyTorch in float64. */
export async function loadFixtureExamples(): Promise<OpExample[]> {
  const fixture = await loadOps();
  const tensors = (names: readonly (string | null)[]): (HostTensor | undefined)[] =>
    names.map((name) => (name === null ? undefined : fixture.tensor(name)));
  return fixture.description.cases.map(({ name, op, attrs, inputs, outputs, upstreams, gradients }) => ({
    op,
    name,
    inputs: inputs.map((input) => toFloat64(fixture.tensor(input))),
    build: builderOf(op, attrs),
    upstreams: tensors(upstreams),
    expected: { outputs: outputs.map((output) => fixture.tensor(output)), gradients: tensors(gradients) },
    isSmooth: !STOPPED.has(op) && !KINKED.has(name),
  }));
}

/** An example without expected numbers; upstreams are drawn for every float output. */
export function makeExample(
  op: string,
  variant: string,
  inputs: readonly HostTensor[],
  attributes: Attributes = {},
): OpExample {
  return makeExampleOf(op, variant, inputs, builderOf(op, attributes));
}

/** Like {@link makeExample}, of an expression around the op. */
export function makeExampleOf(
  op: string,
  variant: string,
  inputs: readonly HostTensor[],
  build: OpExample['build'],
): OpExample {
  const name = `${op}/${variant}`;
  const draw = new Draw(`${name}/upstream`);
  const outputs: Value[] = [];
  trace((graph) => {
    outputs.push(...build(inputs.map(({ shape, dtype }, index) => graph.input(`${index}`, shape, dtype))));
    return {};
  });
  const upstreams = outputs.map(({ shape, dtype }) => (dtype === 'float32' ? draw.normal(shape) : undefined));
  return { op, name, inputs, build, upstreams, isSmooth: !STOPPED.has(op) };
}

function builderOf(op: string, attributes: Attributes): OpExample['build'] {
  const builder = opBuilders[op];
  if (!(op in opBuilders)) throw new Error(`${op}: opBuilders does not know this op.`);
  return (inputs) => [builder(inputs, attributes)].flat();
}

/** Names of an example's results in a program of {@link traceExamples}. */
export const lossName = ({ name }: OpExample): string => `${name}/loss`;
export const outputName = ({ name }: OpExample, index: number): string => `${name}/output${index}`;
export const gradientName = ({ name }: OpExample, index: number): string => `${name}/gradient${index}`;
export const inputName = ({ name }: OpExample, index: number): string => `${name}/input${index}`;
const upstreamName = ({ name }: OpExample, index: number): string => `${name}/upstream${index}`;

/** Whether an example has gradients at all. */
export function hasGradients({ upstreams }: OpExample): boolean {
  return upstreams.some((upstream) => upstream !== undefined);
}

/** One program for several examples: outputs, loss, and the gradients of float inputs. */
export function traceExamples(examples: readonly OpExample[]): TracedGraph {
  return trace((graph) => {
    const results: Record<string, Value> = {};
    for (const example of examples) {
      const inputs = example.inputs.map(({ shape, dtype }, index) =>
        graph.input(inputName(example, index), shape, dtype),
      );
      const outputs = example.build(inputs);
      outputs.forEach((output, index) => (results[outputName(example, index)] = output));
      if (!hasGradients(example)) continue;

      const terms = outputs.flatMap((output, index) => {
        const upstream = example.upstreams[index];
        return upstream ? [sum(mul(output, graph.input(upstreamName(example, index), upstream.shape)))] : [];
      });
      const loss = terms.reduce((a, b) => add(a, b));
      results[lossName(example)] = loss;
      const floats = inputs.flatMap((input, index) => (input.dtype === 'float32' ? [index] : []));
      gradientsOf(
        loss,
        floats.map((index) => inputs[index]),
      ).forEach((gradient, position) => (results[gradientName(example, floats[position])] = gradient));
    }
    return results;
  });
}

/** Inputs and upstreams of a program of {@link traceExamples}. */
export function exampleInputs(examples: readonly OpExample[]): Record<string, HostTensor> {
  const tensors: Record<string, HostTensor> = {};
  for (const example of examples) {
    example.inputs.forEach((input, index) => (tensors[inputName(example, index)] = input));
    example.upstreams.forEach((upstream, index) => {
      if (upstream) tensors[upstreamName(example, index)] = upstream;
    });
  }
  return tensors;
}
