import type { Value } from '../engine/graph.ts';
import { add } from '../engine/ops/add.ts';
import { argMax } from '../engine/ops/argMax.ts';
import { cast } from '../engine/ops/cast.ts';
import { less } from '../engine/ops/compare.ts';
import { div } from '../engine/ops/div.ts';
import { exp } from '../engine/ops/exp.ts';
import { gather } from '../engine/ops/gather.ts';
import { log } from '../engine/ops/log.ts';
import { matmul, swapLastAxes } from '../engine/ops/matmul.ts';
import { mean } from '../engine/ops/mean.ts';
import { mul } from '../engine/ops/mul.ts';
import { neg } from '../engine/ops/neg.ts';
import { oneHot } from '../engine/ops/oneHot.ts';
import { reshape } from '../engine/ops/reshape.ts';
import { sub } from '../engine/ops/sub.ts';
import { sum } from '../engine/ops/sum.ts';
import { transpose } from '../engine/ops/transpose.ts';
import { where } from '../engine/ops/where.ts';

/** Latents `[N, D, h, w]` as the rows `[N h w, D]` that are compared with codes. */
export function latentRows(latents: Value): Value {
  const [n, d, h, w] = latents.shape as readonly [number, number, number, number];
  return reshape(transpose(latents, [0, 2, 3, 1]), [n * h * w, d]);
}

/** The code nearest to each row `[M, D]` by Euclidean distance: int32 `[M]`. */
export function nearestCodes(rows: Value, codebook: Value): Value {
  // |z - e|^2 = |z|^2 - 2 z.e + |e|^2, and |z|^2 is the same for all codes.
  const closeness = sub(
    mul(matmul(rows, swapLastAxes(codebook)), 2),
    sum(mul(codebook, codebook), { axes: [1] }),
  );
  return argMax(closeness, 1);
}

/** Latents with every position replaced by its nearest code, and those codes: `[N, D, h, w]` and int32 `[N h w]`. */
export function quantize(latents: Value, codebook: Value): { quantized: Value; codes: Value } {
  const [n, d, h, w] = latents.shape as readonly [number, number, number, number];
  const codes = nearestCodes(latentRows(latents), codebook);
  const rows = reshape(gather(codebook, codes), [n, h, w, d]);
  return { quantized: transpose(rows, [0, 3, 1, 2]), codes };
}

/** exp(entropy of code usage): how many codes are in use, between 1 and their number. Codes int32 `[M]`. */
export function perplexity(codes: Value, codeCount: number): Value {
  const usage = mean(oneHot(codes, codeCount), { axes: [0] });
  return exp(neg(sum(mul(usage, log(add(usage, 1e-10))))));
}

export interface CodebookUpdate {
  readonly codebook: Value;
  readonly clusterSize: Value;
  readonly codeSum: Value;
}

export interface CodebookRules {
  /** Decay of the moving averages (0.99). */
  readonly decay: number;
  /** A code used less often than this in an average batch is dead and starts anew; 0 turns that off. */
  readonly deadBelow: number;
}

/** Keeps codes that nothing was assigned to from dividing by zero (Sonnet's value). */
const SMOOTHING = 1e-5;

/**
 * Moves the codebook to the mean of the latents assigned to each code (exponential moving averages, van den Oord et
 * al., appendix A.1; zero-debiased as in Sonnet):
 *   N = decay N + (1 - decay) n,  m = decay m + (1 - decay) sum z,
 *   N' = (N/c + eps) / (sum N/c + K eps) * sum N/c,  e = (m/c) / N',  c = 1 - decay^step.
 * A dead code is replaced by a latent of the batch (lucidrains/vector-quantize-pytorch).
 *
 * @param rows latents `[M, D]`, codes int32 `[M]`
 * @param correction c of this step, a scalar
 * @param replacements int32 `[codes]`, the row that each code would take if it is dead
 */
export function updateCodebook(
  averages: { readonly clusterSize: Value; readonly codeSum: Value },
  rows: Value,
  codes: Value,
  correction: Value,
  replacements: Value,
  { decay, deadBelow }: CodebookRules,
): CodebookUpdate {
  const count = averages.clusterSize.shape[0];
  const assigned = oneHot(codes, count);
  const move = (average: Value, value: Value): Value => add(mul(average, decay), mul(value, 1 - decay));
  const clusterSize = move(averages.clusterSize, sum(assigned, { axes: [0] }));
  const codeSum = move(averages.codeSum, matmul(swapLastAxes(assigned), rows));

  const size = div(clusterSize, correction);
  const total = sum(size);
  const smoothed = mul(div(add(size, SMOOTHING), add(total, count * SMOOTHING)), total);
  const centres = div(div(codeSum, correction), reshape(smoothed, [count, 1]));
  if (deadBelow === 0) return { codebook: centres, clusterSize, codeSum };

  const isDead = less(size, deadBelow);
  const isDeadRow = reshape(isDead, [count, 1]);
  const fresh = gather(rows, replacements);
  // A fresh code starts as if it had been used as often as keeps it alive, so that it gets time to attract latents.
  const startSize = mul(correction, deadBelow);
  return {
    codebook: where(isDeadRow, fresh, centres),
    clusterSize: add(mul(cast(isDead, 'float32'), startSize), where(isDead, 0, clusterSize)),
    codeSum: where(isDeadRow, mul(fresh, startSize), codeSum),
  };
}
