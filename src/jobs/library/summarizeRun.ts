import { stat } from 'node:fs/promises';
import path from 'node:path';
import { describeError, TsyndError } from '../../protocol/errors.ts';
import type { RunStatus, RunSummary } from '../../protocol/runSummary.ts';
import { generateSettingsSchema } from '../../protocol/settings.ts';
import { countLines, readLastLines } from '../../runs/linesAtEnd.ts';
import { metricsLineSchema } from '../../runs/metricsLog.ts';
import { RunFolder } from '../../runs/runFolder.ts';
import { readLockHolder, type LockHolder } from '../../runs/runLock.ts';
import type { RunManifest } from '../../runs/runManifest.ts';

interface KnownCount {
  readonly size: number;
  readonly mtimeMs: number;
  readonly lines: number;
}

/** Says what a run is and how far it has come, from its small files alone. */
export class RunSummarizer {
  /** Lines of files that were counted, which have not changed as long as size and time are the same. */
  private readonly counts = new Map<string, KnownCount>();

  /**
   * A damaged or later run.json gives a summary that says so. Throws TsyndError 'run/not-found' when there is none.
   */
  async summarize(folder: string): Promise<RunSummary> {
    const root = path.resolve(folder);
    const run = await RunFolder.open(root).catch((error: unknown) => {
      if (error instanceof TsyndError && error.code === 'run/corrupt') return error;
      throw error;
    });
    if (run instanceof TsyndError) return unreadableRun(root, describeError(run));
    const { manifest, paths } = run;
    const holder = await readLockHolder(paths.lock).catch(() => undefined);
    const { dataset, result, timings } = manifest;
    const { name, path: datasetPath, format, task, classNames, channels, imageSize, sha256 } = dataset;
    const seconds = Object.values(timings).reduce((sum, time) => sum + time, 0);
    return {
      folder: root,
      id: run.id,
      status: statusOf(manifest.status, holder),
      problem: manifest.error,
      isElsewhere: holder !== undefined && !holder.isThisProcess,
      lockedBy: holder && { pid: holder.pid, hostname: holder.hostname },
      createdAt: manifest.createdAt,
      stage: manifest.stage,
      settings: generateSettingsSchema.safeParse(manifest.settings).data,
      device: manifest.device.name,
      dataset: { name, path: datasetPath, format, task, classNames, channels, imageSize, sha256 },
      seconds,
      samples: await this.countSamples(paths.samples),
      valAuroc: result?.valAuroc,
      bestEpoch: result?.bestEpoch,
      lastEpoch: await lastEpoch(paths.metrics),
    };
  }

  /** A file that is not there, or cannot be read, holds none; a gallery says what is wrong with it. */
  private async countSamples(file: string): Promise<number> {
    const found = await stat(file).catch(() => undefined);
    if (found === undefined) return 0;
    const { size, mtimeMs } = found;
    const known = this.counts.get(file);
    if (known?.size === size && known.mtimeMs === mtimeMs) return known.lines;
    const lines = await countLines(file).catch(() => 0);
    this.counts.set(file, { size, mtimeMs, lines });
    return lines;
  }
}

/** The entry of what should be a run, or a folder of runs, and cannot be read. */
export function unreadableRun(folder: string, problem: string): RunSummary {
  return {
    folder,
    id: path.basename(folder),
    status: 'unreadable',
    problem,
    isElsewhere: false,
    samples: 0,
  };
}

function statusOf(status: RunManifest['status'], holder: LockHolder | undefined): RunStatus {
  if (status === 'finished') return status;
  // Also when run.json says `stopped`: whoever goes on with a run takes its lock before anything else.
  if (holder !== undefined) return 'running';
  return status === 'running' ? 'interrupted' : status;
}

async function lastEpoch(file: string): Promise<RunSummary['lastEpoch']> {
  const lines = await readLastLines(file, metricsLineSchema).catch(() => []);
  const last = lines.findLast(({ split }) => split === 'val');
  return last && { stage: last.stage, epoch: last.epoch, loss: last.loss, auroc: last.auroc };
}
