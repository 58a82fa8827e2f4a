import { formatShape, sameShape, type HostTensor, type Shape } from '../../engine/tensor.ts';
import { backboneOf } from '../../models/backbones.ts';
import { declareClassifier, type ClassifierConfig } from '../../models/classifier.ts';
import { renameTensors } from '../../models/tensorNames.ts';
import { describeModel, type ModelState } from '../../nn/modelState.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { adaptInputChannels } from './adaptInputChannels.ts';
import type { Pretrained } from './readPretrained.ts';

/** What PyTorch counts beside the weights, and nothing here uses. */
const IGNORED = /(^|\.)num_batches_tracked$/;
const PARALLEL_PREFIX = 'module.';

/**
 * The tensors of a file that a classifier takes over. All but the head must be there in the classifier's shapes, and
 * there may be no others: they are another network's. Only the first layer may be made for other channels. Layers of
 * the head that differ are left out and so stay as they were drawn.
 *
 * Names are torchvision's and timm's, with or without DataParallel's `module.`, and those that `renameTensors` knows.
 *
 * Throws TsyndError 'settings/invalid' naming the first tensor that differs; `file` names the file in messages.
 */
export function fitWeights(tensors: ModelState, config: ClassifierConfig, file: string): Pretrained {
  const found = plainNames(tensors);
  const { parameters, buffers } = describeModel(declareClassifier(config));
  const expected = new Map([...parameters, ...buffers].map(([name, { shape }]) => [name, shape]));
  const isHead = headNames(config);
  const notes: string[] = [];
  const state = new Map<string, HostTensor>();
  for (const [name, shape] of expected) {
    if (isHead(name)) continue;
    const tensor = found.get(name);
    if (!tensor) throw missing(name, config, file);
    const adapted = adaptInputChannels(tensor, shape);
    if (!adapted) throw otherShape(name, tensor.shape, shape, config, file);
    if (adapted.note !== undefined) notes.push(`${adapted.note} (${name} of the weights to start from).`);
    state.set(name, asFloats(adapted.tensor, name, file));
  }
  const unknown = [...found.keys()].find((name) => !expected.has(name) && !isHead(name));
  if (unknown !== undefined) throw notPart(unknown, config, file);

  const head = [...expected].filter(([name]) => isHead(name));
  const fits = ([name, shape]: [string, Shape]): boolean => sameShape(found.get(name)?.shape ?? [], shape);
  const misfits = new Set(head.filter((entry) => !fits(entry)).map(([name]) => layerOf(name)));
  for (const [name] of head) {
    if (!misfits.has(layerOf(name))) state.set(name, asFloats(found.get(name)!, name, file));
  }
  const drawnAnew = head.map(([name]) => name).filter((name) => misfits.has(layerOf(name)));
  if (drawnAnew.length > 0)
    notes.push(`The classifier's head (${listOf(misfits)}) is drawn anew: ${file} has another one.`);
  return { state, drawnAnew, notes };
}

function plainNames(tensors: ModelState): Map<string, HostTensor> {
  const entries = [...tensors].filter(([name]) => !IGNORED.test(name));
  const areParallel = entries.length > 0 && entries.every(([name]) => name.startsWith(PARALLEL_PREFIX));
  const start = areParallel ? PARALLEL_PREFIX.length : 0;
  return renameTensors(new Map(entries.map(([name, tensor]) => [name.slice(start), tensor])));
}

function headNames({ architecture }: ClassifierConfig): (name: string) => boolean {
  const heads = new Set(backboneOf(architecture).heads);
  return (name) => heads.has(name.split('.')[0]);
}

/** The layer of a tensor: `fc.3` of `fc.3.weight`. */
function layerOf(name: string): string {
  return name.slice(0, name.lastIndexOf('.'));
}

/** Programs take single precision. */
function asFloats({ dtype, shape, data }: HostTensor, name: string, file: string): HostTensor {
  if (dtype !== 'float32') {
    throw new TsyndError('settings/invalid', `The tensor '${name}' in ${file} holds no floats.`, {
      remedy: 'Save the weights as float32, float16 or bfloat16.',
    });
  }
  return { dtype, shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}

function missing(name: string, { architecture }: ClassifierConfig, file: string): TsyndError {
  return misfit(file, `it lacks '${name}' of ${architecture}`, SAME_NETWORK, { name });
}

function notPart(name: string, { architecture }: ClassifierConfig, file: string): TsyndError {
  return misfit(file, `its '${name}' is no part of ${architecture}`, SAME_NETWORK, { name });
}

const SAME_NETWORK =
  'Choose the architecture that the weights were made for (on the command line: --architecture).';

function otherShape(
  name: string,
  found: Shape,
  wanted: Shape,
  { architecture, imageSize }: ClassifierConfig,
  file: string,
): TsyndError {
  const reason = `its '${name}' is ${formatShape(found)}, and that of ${architecture} at ${imageSize} px ${formatShape(wanted)}`;
  return misfit(file, reason, remedyFor(found, wanted, name), { name, found, wanted });
}

/** What the first layer or the number of patches tells of the images that weights were made for. */
function remedyFor(found: Shape, wanted: Shape, name: string): string {
  if (name === 'pos_embed') {
    return 'Use the image size that the weights were made for (on the command line: --image-size, 224 for published ones).';
  }
  const [side, wantedSide] = [found.at(-1)!, wanted.at(-1)!];
  if (!STEMS.has(name) || found.length !== 4 || side === wantedSide) {
    return `${SAME_NETWORK.replace(/\.$/, '')}, and its width (64 for published ones: the preset 'paper').`;
  }
  return side > wantedSide
    ? `They were made for images of 224 px, as ImageNet's are, with filters of ${side} px: use that image size ` +
        '(on the command line: --image-size 224), or weights that were made for small images.'
    : `They were made for small images, with filters of ${side} px: use their image size ` +
        '(on the command line: --image-size), or weights of ImageNet.';
}

const STEMS: ReadonlySet<string> = new Set([
  'conv1.weight',
  'features.conv0.weight',
  'patch_embed.proj.weight',
]);

function misfit(file: string, reason: string, remedy: string, details: Record<string, unknown>): TsyndError {
  return new TsyndError('settings/invalid', `The weights in ${file} do not fit: ${reason}.`, {
    remedy,
    details: { file, ...details },
  });
}

function listOf(names: Iterable<string>): string {
  return [...names].join(', ');
}
