import { floatTensor, sizeOf, type HostTensor } from '../../engine/tensor.ts';
import { describeChange, signedDifference } from '../../explain/adversarialChange.ts';
import { PREDICTED } from '../../explain/classActivation.ts';
import type {
  AdversarialChoices,
  AdversarialExplanation,
  ExplainedClass,
  MapRequest,
  SaliencyChoices,
} from '../../protocol/explanations.ts';
import { checkProbs } from '../runClassifier.ts';
import type { ExplainedRun } from './explainedRun.ts';
import type { ExplainPrograms } from './explainPrograms.ts';
import type { ExplainedMap } from './mapStore.ts';

export interface MapInput {
  /** `[1, C, H, W]` in [0, 1]. */
  readonly input: HostTensor;
  /** A class, or else the predicted one is meant. */
  readonly target: ExplainedClass;
}

export interface MadeMap {
  readonly map: ExplainedMap;
  /** Of adversarial maps. */
  readonly explanation?: AdversarialExplanation;
}

interface Making {
  readonly request: MapRequest;
  /** Of the program; not fewer than there are inputs. */
  readonly batchSize: number;
  /** Called between steps that take long; what it throws ends the work. */
  readonly betweenSteps: () => Promise<void>;
}

/**
 * Computes the maps of some images, at least one. Throws TsyndError 'run/corrupt' for damaged checkpoints, and for a
 * classifier that answers with what is no number.
 */
export async function makeMaps(
  programs: ExplainPrograms,
  explained: ExplainedRun,
  inputs: readonly MapInput[],
  { request, batchSize, betweenSteps }: Making,
): Promise<MadeMap[]> {
  const batch = {
    images: stack(inputs.map(({ input }) => input)),
    targets: Int32Array.from(inputs, ({ target }) => (typeof target === 'number' ? target : PREDICTED)),
    batchSize,
  };
  return request.kind === 'saliency'
    ? makeSaliency(programs, explained, batch, request.choices)
    : makeAdversarial(programs, explained, batch, { ...request.choices, betweenSteps });
}

interface Batch {
  /** `[n, C, H, W]` */
  readonly images: HostTensor;
  readonly targets: Int32Array;
  readonly batchSize: number;
}

async function makeSaliency(
  programs: ExplainPrograms,
  explained: ExplainedRun,
  { images, targets, batchSize }: Batch,
  { layer, method, sign }: SaliencyChoices,
): Promise<MadeMap[]> {
  const program = await programs.saliency(explained, layer, batchSize);
  const { maps, classes, probs } = await program.explain(images, targets, { method, sign });
  const { imageSize, classifier } = explained.configs;
  const { numClasses } = classifier;
  return Array.from(classes, (target, index) => {
    const own = probs.subarray(index * numClasses, (index + 1) * numClasses);
    const [probability] = checkProbs(explained.run, [own[target]]);
    const predicted = own.indexOf(Math.max(...own));
    const values = maps.slice(index * imageSize ** 2, (index + 1) * imageSize ** 2);
    return { map: { values, facts: { target, probability, predicted } } };
  });
}

async function makeAdversarial(
  programs: ExplainPrograms,
  explained: ExplainedRun,
  { images, targets, batchSize }: Batch,
  settings: AdversarialChoices & Pick<Making, 'betweenSteps'>,
): Promise<MadeMap[]> {
  const search = await programs.adversarial(explained, batchSize);
  const found = await search.search(images, targets, settings);
  const { imageSize } = explained.configs;
  const channels = explained.run.manifest.dataset.channels;
  const size = channels * imageSize ** 2;
  const { run, autoencoder } = explained;
  return Array.from(found.classes, (target, index) => {
    const take = (values: ArrayLike<number>): Float32Array =>
      Float32Array.from({ length: size }, (_, i) => values[index * size + i]);
    const pair = {
      reconstruction: take(found.reconstructions),
      adversarial: take(found.adversarials),
      channels,
    };
    const probs = checkProbs(run, Array.from(found.probs[index]));
    const change = describeChange(pair, { probs, flippedAt: found.flippedAt[index] });
    const [probability] = checkProbs(run, [found.originalProbs[index]]);
    const facts = { target, probability, predicted: found.originalPredictions[index], change };
    return {
      map: { values: signedDifference(pair), facts },
      explanation: {
        ...facts,
        channels,
        width: imageSize,
        height: imageSize,
        original: take(images.data),
        reconstruction: pair.reconstruction,
        adversarial: pair.adversarial,
        ...(autoencoder && autoencoder.run.id !== run.id && { autoencoderRun: autoencoder.run.id }),
      },
    };
  });
}

function stack(inputs: readonly HostTensor[]): HostTensor {
  const form = inputs[0].shape.slice(1);
  const size = sizeOf(form);
  const values = new Float32Array(inputs.length * size);
  inputs.forEach(({ data }, index) => values.set(data, index * size));
  return floatTensor([inputs.length, ...form], values);
}
