import { hashDataset, type DatasetHash } from '../../data/hashDataset.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { Notice } from '../../protocol/runSummary.ts';
import type { RunFolder } from '../../runs/runFolder.ts';

const STILL_WORKS = 'Samples, scores and decisions work';

/** Tells whether datasets are still what runs were made from. */
export class DatasetChecks {
  /** By path; what has not been written since is not read again. */
  private readonly known = new Map<string, DatasetHash>();

  /** What is wrong, with what still works; empty when all is well. Throws TsyndError 'cancelled'. */
  async check({ manifest }: RunFolder, signal: AbortSignal | undefined): Promise<Notice[]> {
    const { path: datasetPath, sha256, format } = manifest.dataset;
    try {
      const hash = await hashDataset(datasetPath, { known: this.known.get(datasetPath), signal });
      this.known.set(datasetPath, hash);
      if (hash.sha256 === sha256) return [];
    } catch (error) {
      if (!(error instanceof TsyndError) || error.code === 'cancelled') throw error;
      const problem =
        error.code === 'dataset/not-found'
          ? `The dataset ${datasetPath} is not there any more.`
          : `The dataset cannot be read any more: ${error.message}`;
      return [warning(`${problem} ${STILL_WORKS}; source images do not.`)];
    }
    // An archive is one thing, and a row of another archive is another image.
    const sources = format === 'npz' ? 'source images do not' : 'source images are shown as they are now';
    return [
      warning(`The dataset ${datasetPath} has changed since the run was made. ${STILL_WORKS}; ${sources}.`),
    ];
  }
}

function warning(message: string): Notice {
  return { severity: 'warning', message };
}
