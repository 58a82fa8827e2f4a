/**
 * The share of synthetic points that are farther from their nearest real one than that one is from its own nearest
 * real neighbour (Alaa et al., arXiv 2102.08921; AuthPct of layer6ai-labs/dgm-eval). The rest may be copies, may as
 * well be good. dgm-eval's authors found that measures of this kind "do not properly detect memorization": a high
 * share shows nothing.
 *
 * @param toNearest `[N]`, each synthetic point's distance to its nearest real one
 * @param fromNearest `[N]`, the distance of that real one to its nearest other real one
 * @throws RangeError for no points
 */
export function authenticShare(toNearest: ArrayLike<number>, fromNearest: ArrayLike<number>): number {
  if (toNearest.length === 0) throw new RangeError('authenticShare: there are no points.');
  let authentic = 0;
  for (let i = 0; i < toNearest.length; i++) if (toNearest[i] > fromNearest[i]) authentic++;
  return authentic / toNearest.length;
}
