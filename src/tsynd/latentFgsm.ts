import { trace, type TracedGraph } from '../engine/graph.ts';
import { add } from '../engine/ops/add.ts';
import { mul } from '../engine/ops/mul.ts';
import { sign } from '../engine/ops/sign.ts';
import { sum } from '../engine/ops/sum.ts';
import { inputGradients } from '../nn/inputGradients.ts';
import { channelScale, latentShape } from './latentPrograms.ts';
import { visitLatents, type LatentVisitConfig } from './latentVisit.ts';

export interface LatentFgsmConfig extends Omit<LatentVisitConfig, 'objective'> {
  /** Length of the step, in standard deviations of each latent channel. */
  readonly fgsmStep: number;
}

/**
 * `moved`, one step of the fast gradient sign method on `latents`: z' = z + fgsmStep * deviation * sign(d CE / d z), with the
 * cross-entropy of the parent's label and `deviation` `[D]` of each channel. ALVA (BaumSebastian/ALVA) does so with the
 * latents of a GAN, and keeps an image only if the predicted class changes; here all are kept, as in the other methods.
 */
export function traceLatentFgsm(config: LatentFgsmConfig, gradientScale = 1): TracedGraph {
  return trace((graph) => {
    const latents = graph.input('latents', latentShape(config));
    const { objective } = visitLatents(graph, latents, { ...config, objective: 'cross-entropy' });
    const [gradient] = inputGradients(sum(objective), [latents], gradientScale);
    const step = mul(channelScale(graph, 'deviation', latents.shape[1]), config.fgsmStep);
    return { moved: add(latents, mul(sign(gradient), step)) };
  });
}
