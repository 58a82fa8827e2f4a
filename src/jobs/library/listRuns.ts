import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { mapLimited } from '../../data/mapLimited.ts';
import { errnoOf } from '../../data/safeWrite.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { RunSummary } from '../../protocol/runSummary.ts';
import { unreadableRun, type RunSummarizer } from './summarizeRun.ts';

const MAX_CONCURRENT_RUNS = 8;

/**
 * The runs in these folders, newest first. What is no run is passed over; a run or a folder that cannot be read is
 * listed as such, so that it hides no other.
 */
export async function listRuns(
  folders: readonly string[],
  summarizer: RunSummarizer,
): Promise<readonly RunSummary[]> {
  const roots = [...new Set(folders.map((folder) => path.resolve(folder)))];
  const listed = await Promise.all(roots.map(listFolder));
  const candidates = listed.flatMap(({ folders }) => folders);
  const summaries = await mapLimited(candidates, MAX_CONCURRENT_RUNS, (folder) =>
    summarizer.summarize(folder).catch((error: unknown) => {
      if (error instanceof TsyndError && error.code === 'run/not-found') return undefined;
      return unreadableRun(folder, `The run cannot be read: ${reasonOf(error)}.`);
    }),
  );
  const runs = [...listed.map(({ problem }) => problem), ...summaries];
  return runs
    .filter((run) => run !== undefined)
    .sort((a, b) => timeOf(b) - timeOf(a) || (a.id < b.id ? 1 : -1));
}

interface FolderListing {
  /** What may be runs. */
  readonly folders: readonly string[];
  /** The entry that says why the folder cannot be read. */
  readonly problem?: RunSummary;
}

async function listFolder(root: string): Promise<FolderListing> {
  try {
    const entries = await readdir(root, { withFileTypes: true });
    const candidates = entries.filter(
      (entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'),
    );
    return { folders: candidates.map(({ name }) => path.join(root, name)) };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { folders: [] };
    const problem = `The folder of runs ${root} cannot be read: ${reasonOf(error)}.`;
    return { folders: [], problem: unreadableRun(root, problem) };
  }
}

function reasonOf(error: unknown): string {
  const errno = errnoOf(error);
  if (errno === 'EACCES' || errno === 'EPERM') return 'you have no permission to read it';
  if (errno === 'ENOTDIR') return 'it is not a folder';
  return error instanceof Error ? error.message : String(error);
}

/** In ms; where run.json does not tell, the name does, which begins with the time in UTC: `20260131-235959-`. */
function timeOf({ createdAt, id }: RunSummary): number {
  if (createdAt !== undefined) return Date.parse(createdAt);
  const time = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-/.exec(id);
  if (!time) return 0;
  const [year, month, day, hour, minute, second] = time.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
