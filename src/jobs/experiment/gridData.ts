import { existsSync } from 'node:fs';
import type { Dataset } from '../../data/dataset.ts';
import { openDataset } from '../../data/openDataset.ts';
import type { PoolSpec } from '../../protocol/experiment.ts';
import type { PoolSettings } from '../../protocol/settings.ts';
import { runPaths } from '../../runs/runFolder.ts';
import { ensureSampleDataset } from '../makeSampleDataset.ts';
import { checkPool } from '../trainingSet/checkPool.ts';
import { openPool, type Pool } from '../trainingSet/openPool.ts';
import { experimentPaths } from './experimentPaths.ts';
import type { Arm } from './resolveArms.ts';
import { findDataset, findSource, PHANTOMS, type SourcePlaces } from './findSources.ts';
import type { ParsedExperiment } from './parseExperiment.ts';

/** A dataset with the pools that are read for it. */
export interface OpenedData {
  readonly dataset: Dataset;
  /** By what decides a pool's images: `poolKey`. */
  readonly pools: ReadonlyMap<string, Pool>;
  /** Of the pools that are read, by name. */
  readonly poolSettings: ReadonlyMap<string, PoolSettings>;
  readonly warnings: readonly string[];
}

interface GridDataRequest extends SourcePlaces {
  readonly parsed: ParsedExperiment;
  readonly arms: readonly Arm[];
  /** The experiment's folder, where phantoms are drawn. */
  readonly folder: string;
  readonly signal: AbortSignal | undefined;
}

/** Opens the datasets of a grid; the one opened last is kept, so that its cells share it. */
export class GridData {
  private readonly request: GridDataRequest;
  private last: { readonly written: string; readonly opened: OpenedData } | undefined;

  constructor(request: GridDataRequest) {
    this.request = request;
  }

  /**
   * Opens a dataset by its name in the file, with its pools. Throws TsyndError 'settings/invalid' for a pool that is gone,
   * holds validation or test images or has classes that the dataset lacks, and what `openDataset` and `openPool` throw.
   */
  async open(written: string): Promise<OpenedData> {
    if (this.last?.written !== written) {
      this.last = undefined; // Two large datasets need not be in memory at once.
      this.last = { written, opened: await this.read(written) };
    }
    return this.last.opened;
  }

  private async read(written: string): Promise<OpenedData> {
    const { parsed, arms, signal } = this.request;
    const { imageSize, splitSeed = 0, pools: specs } = parsed.file;
    const dataset = await openDataset(await this.pathOf(written), {
      seed: splitSeed,
      ...(imageSize === undefined ? {} : { imageSize }),
      ...(signal === undefined ? {} : { signal }),
    });
    const used = new Set(arms.flatMap(({ pool }) => pool ?? []));
    const pools = new Map<string, Pool>();
    const poolSettings = new Map<string, PoolSettings>();
    const warnings: string[] = [];
    for (const [name, spec] of Object.entries(specs)) {
      const source = this.sourceOf(spec);
      if (!source || !used.has(name)) continue;
      this.checkThere(name, spec, source.path);
      const pool = await openPool(source, dataset, { signal });
      warnings.push(...pool.warnings, ...checkPool(pool, dataset));
      const settings = { ...source, sha256: pool.sha256 };
      poolSettings.set(name, settings);
      pools.set(poolKey(settings), pool);
    }
    return { dataset, pools, poolSettings, warnings };
  }

  /** Throws TsyndError 'settings/invalid' with its line for a pool that is gone, or no run where the file says so. */
  private checkThere(name: string, spec: PoolSpec, place: string): void {
    const isRun = 'run' in spec;
    if (existsSync(isRun ? runPaths(place).manifest : place)) return;
    throw this.request.parsed.problemAt(
      ['pools', name, isRun ? 'run' : 'path'],
      isRun ? `The pool '${name}' is no run: ${place} has no run.json.` : `There is no pool ${place}.`,
      isRun
        ? "Give a run's folder; synthetic images that are no run are named with `path`."
        : 'Put it there, or change its path in the experiment.',
    );
  }

  private async pathOf(written: string): Promise<string> {
    const { folder, signal } = this.request;
    if (written !== PHANTOMS) return findDataset(written, this.request);
    return ensureSampleDataset(experimentPaths(folder).phantoms, {
      classes: 2,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  private sourceOf(spec: PoolSpec): Pick<PoolSettings, 'path' | 'samples'> | undefined {
    if ('generate' in spec) return undefined;
    if ('path' in spec) return { path: findSource(spec.path, this.request), samples: 'all' };
    return { path: findSource(spec.run, this.request), samples: spec.samples };
  }
}

/** What tells pools apart that are opened for one dataset. */
export function poolKey({ path: place, samples }: Pick<PoolSettings, 'path' | 'samples'>): string {
  return `${samples} ${place}`;
}
