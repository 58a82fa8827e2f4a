import { trace } from '../engine/graph.ts';
import { deriveKey, type RandomKey } from '../engine/random.ts';
import { floatTensor, formatShape, sameShape, type HostTensor } from '../engine/tensor.ts';
import { ModelScope, type ModelTensor } from './modelScope.ts';

/** A model's tensors by PyTorch's names, parameters first. */
export type ModelState = ReadonlyMap<string, HostTensor>;

/** Something that asks a scope for all tensors of a model, usually by tracing it in training mode. */
export type Declare = (scope: ModelScope) => void;

/** The model's tensors in the order in which its layers ask for them: trainable ones, then buffers. */
export function describeModel(declare: Declare): {
  parameters: ReadonlyMap<string, ModelTensor>;
  buffers: ReadonlyMap<string, ModelTensor>;
} {
  let scope: ModelScope | undefined;
  trace((graph) => {
    scope = new ModelScope(graph, 'training');
    declare(scope);
    return {};
  });
  return scope!;
}

/** First values of all tensors; each is drawn from a key of its own name, so that order does not matter. */
export function initializeModel(declare: Declare, key: RandomKey): ModelState {
  const { parameters, buffers } = describeModel(declare);
  const state = new Map<string, HostTensor>();
  for (const [name, { shape, initializer }] of [...parameters, ...buffers]) {
    state.set(name, floatTensor(shape, initializer(deriveKey(key, name), shape)));
  }
  return state;
}

/** Checks that a state, say from a file, has exactly the model's tensors; throws Error naming the first that differ. */
export function checkState(declare: Declare, state: ModelState): void {
  const { parameters, buffers } = describeModel(declare);
  const expected = new Map([...parameters, ...buffers]);
  const missing = [...expected.keys()].filter((name) => !state.has(name));
  const extra = [...state.keys()].filter((name) => !expected.has(name));
  if (missing.length > 0 || extra.length > 0) {
    const list = (names: string[]): string => (names.length === 0 ? 'none' : names.slice(0, 5).join(', '));
    throw new Error(`The weights do not fit the model: missing ${list(missing)}; unknown ${list(extra)}.`);
  }
  for (const [name, { shape }] of expected) {
    const found = state.get(name)!.shape;
    if (!sameShape(found, shape)) {
      throw new Error(
        `The weights do not fit the model: '${name}' is ${formatShape(found)}, not ${formatShape(shape)}.`,
      );
    }
  }
}

/** Number of trainable elements. */
export function countParameters(declare: Declare): number {
  let count = 0;
  for (const { shape } of describeModel(declare).parameters.values())
    count += shape.reduce((a, b) => a * b, 1);
  return count;
}
