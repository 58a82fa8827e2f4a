import { TsyndError } from '../../protocol/errors.ts';
import { RunFolder } from '../../runs/runFolder.ts';
import { LruCache } from './lruCache.ts';
import { SampleLog, type SampleEntry, type SampleList } from './sampleList.ts';

const MAX_LOGS = 16;

/** A run with its samples, as they are on the disk. */
export interface ReadRun {
  readonly run: RunFolder;
  readonly list: SampleList;
  readonly log: SampleLog;
}

/** Reads runs and keeps what was parsed of the samples of those used last. */
export class RunReader {
  private readonly logs = new LruCache<SampleLog>(MAX_LOGS);

  /** Throws TsyndError 'run/not-found' and 'run/corrupt'. */
  async read(runPath: string): Promise<ReadRun> {
    const run = await RunFolder.open(runPath);
    const log = await this.logs.get(run.paths.root, () => new SampleLog(run));
    return { run, log, list: await log.read(run) };
  }

  /** Throws TsyndError 'sample/not-found' too. */
  async readSample(runPath: string, id: string): Promise<ReadRun & { readonly entry: SampleEntry }> {
    const read = await this.read(runPath);
    const entry = read.list.byId.get(id);
    if (entry) return { ...read, entry };
    throw new TsyndError('sample/not-found', `There is no sample ${id} in run ${read.run.id}.`, {
      remedy: 'Read the run again; its samples.jsonl may have changed.',
      details: { run: read.run.paths.root, id },
    });
  }
}
