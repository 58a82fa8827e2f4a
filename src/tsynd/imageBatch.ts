import type { Graph, Value } from '../engine/graph.ts';

/** The size of a program's batch. */
export interface BatchSize {
  readonly batchSize: number;
  /** Height and width in pixels. */
  readonly imageSize: number;
}

/** The input `images` of a program, `[N, C, H, W]` in [0, 1]. */
export function imageInput(graph: Graph, inChannels: number, { batchSize, imageSize }: BatchSize): Value {
  return graph.input('images', [batchSize, inChannels, imageSize, imageSize]);
}
