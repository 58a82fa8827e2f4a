import path from 'node:path';

/** Where everything in an experiment's folder lies. */
export interface ExperimentPaths {
  readonly root: string;
  readonly plan: string;
  readonly lock: string;
  /** A run's folder for each cell. */
  readonly cells: string;
  /** Autoencoders that several runs have in common. */
  readonly autoencoders: string;
  /** A run's folder for each pool that is made, and for each judge of filters. */
  readonly pools: string;
  readonly judges: string;
  /** The drawn dataset. */
  readonly phantoms: string;
  /** What was measured of pools, a file each. */
  readonly quality: string;
}

export function experimentPaths(folder: string): ExperimentPaths {
  const root = path.resolve(folder);
  const at = (...parts: string[]): string => path.join(root, ...parts);
  return {
    root,
    plan: at('experiment.json'),
    lock: at('experiment.lock'),
    cells: at('cells'),
    autoencoders: at('shared', 'autoencoders'),
    pools: at('shared', 'pools'),
    judges: at('shared', 'judges'),
    phantoms: at('shared', 'phantoms'),
    quality: at('quality'),
  };
}
