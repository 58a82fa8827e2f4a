import type { TensorType } from '../graph.ts';

/** Types of a node's operands and results, as a lowering needs them. */
export interface NodeTypes {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
}
