import type { CompileOptions, Device, DeviceTensor, Program } from '../engine/devices/device.ts';
import { gradientsOf } from '../engine/gradient.ts';
import { trace, type Graph, type TracedGraph, type Value } from '../engine/graph.ts';
import { clip } from '../engine/ops/clip.ts';
import { greater } from '../engine/ops/compare.ts';
import { neg } from '../engine/ops/neg.ts';
import { reshape } from '../engine/ops/reshape.ts';
import { sum } from '../engine/ops/sum.ts';
import { where } from '../engine/ops/where.ts';
import { floatTensor, type Shape } from '../engine/tensor.ts';
import { featureCount, type ClassifierConfig } from '../models/classifier.ts';
import { decode } from '../models/vqvae.ts';
import { ModelScope } from '../nn/modelScope.ts';
import { adam, scalarInputs } from '../nn/optimizers.ts';
import { TsyndError } from '../protocol/errors.ts';
import { labelInput } from './classifierTraining.ts';
import {
  AUTOENCODER_PREFIX,
  CLASSIFIER_PREFIX,
  batchShape,
  latentShape,
  type LatentBatchConfig,
} from './latentPrograms.ts';
import { monteCarloLogits } from './monteCarlo.ts';
import { objectiveOf, type Objective } from './objective.ts';
import { uncertaintyOf, type Likelihood } from './uncertainty.ts';

export interface LatentOptimizerConfig extends LatentBatchConfig {
  readonly classifier: ClassifierConfig;
  readonly likelihood: Likelihood;
  readonly objective: Objective;
  /** S, the number of dropout masks. */
  readonly numMcSamples: number;
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

const optimizer = adam();

/**
 * Looks for latents whose decoded images maximise the classifier's uncertainty (paper, equation 1): Adam on the
 * continuous latent, through decoder and classifier in inference mode, keeping every image's best iterate.
 */
export class LatentOptimizer {
  private readonly device: Device;
  private readonly config: LatentOptimizerConfig;
  private readonly stepProgram: Program;
  private readonly finishProgram: Program;

  private constructor(device: Device, config: LatentOptimizerConfig, step: Program, finish: Program) {
    this.device = device;
    this.config = config;
    this.stepProgram = step;
    this.finishProgram = finish;
  }

  /** @param options.baked tensors that stay fixed while this optimiser lives, by their prefixed names */
  static async create(
    device: Device,
    config: LatentOptimizerConfig,
    options: CompileOptions = {},
  ): Promise<LatentOptimizer> {
    const step = await device.compile(traceLatentStep(config), options);
    const finish = await device.compile(traceFinish(config), options);
    return new LatentOptimizer(device, config, step, finish);
  }

  /**
   * Takes `steps` Adam steps from `latents`; with 0 steps it only decodes and evaluates them. Throws TsyndError
   * 'training/diverged' when the objective is not a number.
   *
   * @param inputs `labels` of the parents, dropout `masks` `[S, F]`, and the tensors of both models that are not baked
   */
  async optimize(
    latents: DeviceTensor,
    inputs: Readonly<Record<string, DeviceTensor>>,
    { steps, learningRate }: { readonly steps: number; readonly learningRate: number },
  ): Promise<OptimizedBatch> {
    const fill = (shape: Shape, value: number): Promise<DeviceTensor> =>
      this.device.upload(floatTensor(shape, value));
    let state: Record<string, DeviceTensor> = {
      latents,
      bestLatents: latents,
      bestImages: await fill(batchShape(this.config), 0),
      bestObjective: await fill([this.config.batchSize], LOWEST_OBJECTIVE),
      firstMoment: await fill(latents.shape, 0),
      secondMoment: await fill(latents.shape, 0),
    };
    const advance = (next: Record<string, DeviceTensor>): void => {
      for (const tensor of new Set(Object.values(state))) if (tensor !== latents) tensor.dispose();
      state = next;
    };
    for (let step = 1; step <= steps; step++) {
      const scalars = await this.uploadScalars(step, learningRate);
      advance(withoutPrefix(await this.stepProgram.run({ ...inputs, ...state, ...scalars })));
      for (const scalar of Object.values(scalars)) scalar.dispose();
    }
    advance(withoutPrefix(await this.finishProgram.run({ ...inputs, ...state })));
    const { bestLatents, bestImages, bestObjective } = state;
    await requireVisited(bestObjective);
    return { latents: bestLatents, images: bestImages, objective: bestObjective };
  }

  async dispose(): Promise<void> {
    await this.stepProgram.dispose();
    await this.finishProgram.dispose();
  }

  private async uploadScalars(step: number, learningRate: number): Promise<Record<string, DeviceTensor>> {
    const scalars: Record<string, DeviceTensor> = {};
    for (const [name, value] of Object.entries(optimizer.scalars(step, learningRate))) {
      scalars[name] = await this.device.upload(floatTensor([], Float64Array.of(value)));
    }
    return scalars;
  }
}

/** One Adam step on the latents, remembering the best ones seen so far. */
export function traceLatentStep(config: LatentOptimizerConfig): TracedGraph {
  return trace((graph) => {
    const latents = graph.input('latents', latentShape(config));
    const visited = visit(graph, latents, config);
    const [gradient] = gradientsOf(neg(sum(visited.objective)), [latents]);
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
    const latents = graph.input('latents', latentShape(config));
    return keepBetter(graph, latents, visit(graph, latents, config));
  });
}

interface Visit {
  /** `[N, C, H, W]` in [0, 1] */
  readonly images: Value;
  /** `[N]` */
  readonly objective: Value;
}

/** Decodes latents and asks the classifier about the images. */
function visit(graph: Graph, latents: Value, config: LatentOptimizerConfig): Visit {
  const { autoencoder, classifier, likelihood } = config;
  // Clipped, since that is what a file can hold: no gradient where a pixel is out of range.
  const images = clip(
    decode(new ModelScope(graph, 'inference', AUTOENCODER_PREFIX), latents, autoencoder),
    0,
    1,
  );
  const masks = graph.input('masks', [config.numMcSamples, featureCount(classifier)]);
  const logits = monteCarloLogits(
    new ModelScope(graph, 'inference', CLASSIFIER_PREFIX),
    images,
    masks,
    classifier,
  );
  const labels = labelInput(graph, config.batchSize, classifier, likelihood);
  return {
    images,
    objective: objectiveOf(config.objective, uncertaintyOf(logits, likelihood), labels),
  };
}

/** For every image the better of this visit and the best one before, `bestLatents` and its companions. */
function keepBetter(graph: Graph, latents: Value, { images, objective }: Visit): Record<string, Value> {
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
