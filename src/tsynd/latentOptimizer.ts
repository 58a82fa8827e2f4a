import type { CompileOptions, Device, DeviceTensor, Program } from '../engine/devices/device.ts';
import { release } from '../engine/devices/release.ts';
import { trace, type Graph, type TracedGraph, type Value } from '../engine/graph.ts';
import { add } from '../engine/ops/add.ts';
import { greater } from '../engine/ops/compare.ts';
import { maximum, minimum } from '../engine/ops/extremes.ts';
import { mul } from '../engine/ops/mul.ts';
import { neg } from '../engine/ops/neg.ts';
import { reshape } from '../engine/ops/reshape.ts';
import { sub } from '../engine/ops/sub.ts';
import { sum } from '../engine/ops/sum.ts';
import { where } from '../engine/ops/where.ts';
import { floatTensor, type HostTensor, type Shape } from '../engine/tensor.ts';
import { gradientScaleOf, inputGradients } from '../nn/inputGradients.ts';
import { adam, scalarInputs } from '../nn/optimizers.ts';
import { RepeatedStep } from '../nn/repeatedStep.ts';
import { TsyndError } from '../protocol/errors.ts';
import { batchShape, channelScale, latentShape } from './latentPrograms.ts';
import { visitLatents, type LatentVisit, type LatentVisitConfig } from './latentVisit.ts';

export interface LatentOptimizerConfig extends LatentVisitConfig {
  /** Largest change of a parent's latent, in standard deviations of each channel; unbounded when absent. */
  readonly maxChange?: number | undefined;
}

/** Synthetic images and the latents that they were decoded from, on the device. */
export interface OptimizedBatch {
  /** `[N, D, h, w]` */
  readonly latents: DeviceTensor;
  /** `[N, C, H, W]`, clipped to [0, 1]. */
  readonly images: DeviceTensor;
  /** Objective of each image in nats, `[N]`. */
  readonly objective: DeviceTensor;
}

const NEXT = 'next:';

/** Below every objective; infinity is not safe on GPUs. */
const LOWEST_OBJECTIVE = -3.4e38;

/** Which results of a step the next one is given. */
const CARRIED = new Map(
  ['latents', 'firstMoment', 'secondMoment', 'bestLatents', 'bestImages', 'bestObjective'].map((name) => [
    `${NEXT}${name}`,
    name,
  ]),
);

const optimizer = adam();

/**
 * Looks for latents whose decoded images maximise the classifier's uncertainty (paper, equation 1): Adam on the
 * continuous latent, through decoder and classifier in inference mode, keeping every image's best iterate.
 */
export class LatentOptimizer {
  private readonly device: Device;
  private readonly config: LatentOptimizerConfig;
  private readonly step: RepeatedStep;
  private readonly finishProgram: Program;

  private constructor(device: Device, config: LatentOptimizerConfig, step: RepeatedStep, finish: Program) {
    this.device = device;
    this.config = config;
    this.step = step;
    this.finishProgram = finish;
  }

  /** @param options.baked tensors that stay fixed while this optimiser lives, by their prefixed names */
  static async create(
    device: Device,
    config: LatentOptimizerConfig,
    options: CompileOptions = {},
  ): Promise<LatentOptimizer> {
    const step = await RepeatedStep.create(
      device,
      traceLatentStep(config, gradientScaleOf(device, options)),
      CARRIED,
      options,
    );
    const finish = await device.compile(traceFinish(config), options);
    return new LatentOptimizer(device, config, step, finish);
  }

  /**
   * Takes `steps` Adam steps from `latents`; with 0 steps it only decodes and evaluates them. Throws TsyndError
   * 'training/diverged' when the objective is not a number.
   *
   * @param inputs `labels` of the parents, dropout `masks` `[S, M]`, and the tensors of both models that are not baked;
   *   where the change is bounded, also the `parents`' latents and the `deviation` `[D]` of each channel
   */
  async optimize(
    latents: DeviceTensor,
    inputs: Readonly<Record<string, DeviceTensor>>,
    { steps, learningRate }: { readonly steps: number; readonly learningRate: number },
  ): Promise<OptimizedBatch> {
    const fill = (shape: Shape, value: number): Promise<DeviceTensor> =>
      this.device.upload(floatTensor(shape, value));
    const initial = {
      latents,
      bestLatents: latents,
      bestImages: await fill(batchShape(this.config), 0),
      bestObjective: await fill([this.config.batchSize], LOWEST_OBJECTIVE),
      firstMoment: await fill(latents.shape, 0),
      secondMoment: await fill(latents.shape, 0),
    };
    const scalars = Array.from({ length: steps }, (_, index) => scalarsOf(index + 1, learningRate));
    const used = new Set<DeviceTensor>(Object.values(initial));
    let found: Record<string, DeviceTensor>;
    try {
      const state = await this.step.run(initial, inputs, scalars);
      for (const tensor of Object.values(state)) used.add(tensor);
      found = withoutPrefix(await this.finishProgram.run({ ...inputs, ...state }));
    } finally {
      for (const tensor of used) if (tensor !== latents) tensor.dispose();
    }
    const { bestLatents, bestImages, bestObjective } = found;
    try {
      await requireVisited(bestObjective);
    } catch (error) {
      release(found);
      throw error;
    }
    return { latents: bestLatents, images: bestImages, objective: bestObjective };
  }

  async dispose(): Promise<void> {
    await this.step.dispose();
    await this.finishProgram.dispose();
  }
}

/** What Adam's step `step`, counted from 1, is given. */
function scalarsOf(step: number, learningRate: number): Record<string, HostTensor> {
  const scalars = Object.entries(optimizer.scalars(step, learningRate));
  return Object.fromEntries(
    scalars.map(([name, value]) => [name, floatTensor([], Float64Array.of(value))] as const),
  );
}

/** One Adam step on the latents, remembering the best ones seen so far; for `gradientScale` see `inputGradients`. */
export function traceLatentStep(config: LatentOptimizerConfig, gradientScale = 1): TracedGraph {
  return trace((graph) => {
    const latents = bounded(graph, graph.input('latents', latentShape(config)), config);
    const visited = visitLatents(graph, latents, config);
    const [gradient] = inputGradients(neg(sum(visited.objective)), [latents], gradientScale);
    const slots = {
      firstMoment: graph.input('firstMoment', latents.shape),
      secondMoment: graph.input('secondMoment', latents.shape),
    };
    const updated = optimizer.update(latents, gradient, slots, scalarInputs(graph, optimizer, ''));
    return {
      [`${NEXT}latents`]: updated.parameter,
      [`${NEXT}firstMoment`]: updated.slots.firstMoment,
      [`${NEXT}secondMoment`]: updated.slots.secondMoment,
      ...keepBetter(graph, latents, visited),
    };
  });
}

/** Evaluates the last latents, which no step follows, against the best ones. */
function traceFinish(config: LatentOptimizerConfig): TracedGraph {
  return trace((graph) => {
    const latents = bounded(graph, graph.input('latents', latentShape(config)), config);
    return keepBetter(graph, latents, visitLatents(graph, latents, config));
  });
}

/**
 * The nearest latents whose change from the `parents` `[N, D, h, w]` is at most `maxChange` standard deviations of each
 * channel, `deviation` `[D]` (L-infinity ball; Stutz et al., CVPR 2019, project before each evaluation, too).
 */
function bounded(graph: Graph, latents: Value, { maxChange }: LatentOptimizerConfig): Value {
  if (maxChange === undefined) return latents;
  const parents = graph.input('parents', latents.shape);
  const radius = mul(channelScale(graph, 'deviation', latents.shape[1]), maxChange);
  return minimum(maximum(latents, sub(parents, radius)), add(parents, radius));
}

/** For every image the better of this visit and the best one before, `bestLatents` and its companions. */
function keepBetter(graph: Graph, latents: Value, { images, objective }: LatentVisit): Record<string, Value> {
  const best = graph.input('bestObjective', objective.shape);
  const isBetter = greater(objective, best);
  const perElement = reshape(isBetter, [isBetter.shape[0], 1, 1, 1]);
  return {
    [`${NEXT}bestLatents`]: where(perElement, latents, graph.input('bestLatents', latents.shape)),
    [`${NEXT}bestImages`]: where(perElement, images, graph.input('bestImages', images.shape)),
    [`${NEXT}bestObjective`]: where(isBetter, objective, best),
  };
}

/** An objective that is not a number is never better than the start: its image would silently stay black. */
async function requireVisited(bestObjective: DeviceTensor): Promise<void> {
  const { data } = await bestObjective.read();
  const failed = data.findIndex((value) => !(value > LOWEST_OBJECTIVE / 2));
  if (failed < 0) return;
  throw new TsyndError(
    'training/diverged',
    `The classifier's uncertainty of synthetic image ${failed} is not a number.`,
    {
      remedy: 'Train with a lower learning rate, or optimise latents with a lower one.',
    },
  );
}

function withoutPrefix(outputs: Record<string, DeviceTensor>): Record<string, DeviceTensor> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [name.slice(NEXT.length), tensor]),
  );
}
