import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describeIssues } from '../../data/describeIssues.ts';
import { readIfPresent } from '../../data/readIfPresent.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { Notice } from '../../protocol/runSummary.ts';
import type { ScoresSummary } from '../../protocol/scoreTable.ts';
import { GrowingLines, type LinesRead } from '../../runs/growingLines.ts';
import { CUT_OFF, DAMAGED, describeLines } from '../../runs/lineProblems.ts';
import { runPaths } from '../../runs/runFolder.ts';
import {
  SCORES_VERSION,
  scoreRecordSchema,
  scoresFileSchema,
  type ScoreRecord,
  type ScoresFile,
} from '../../runs/scoreRecord.ts';
import { LruCache } from '../library/lruCache.ts';

const FACTS = 'scores.json';
const LINES = 'scores.jsonl';
const MAX_FOLDERS = 8;

/** Where the two files of a folder of scores lie. */
export function scorePaths(folder: string): { readonly facts: string; readonly lines: string } {
  return { facts: path.join(folder, FACTS), lines: path.join(folder, LINES) };
}

/** The scores of a folder as far as they can be read. */
export interface ReadScores {
  readonly folder: string;
  readonly facts: ScoresFile;
  /** In the order of scores.jsonl; ids are unique. */
  readonly records: readonly ScoreRecord[];
  readonly byId: ReadonlyMap<string, ScoreRecord>;
  /** What was wrong with scores.jsonl. */
  readonly notices: readonly Notice[];
}

interface NumberedRecord {
  readonly record: ScoreRecord;
  readonly line: number;
}

/** Reads folders of scores, and keeps those used last as long as their files are the same. */
export class ScoreFolders {
  private readonly logs = new LruCache<GrowingLines<ScoreRecord, NumberedRecord>>(MAX_FOLDERS);
  private readonly lists = new WeakMap<LinesRead<NumberedRecord>, Omit<ReadScores, 'folder' | 'facts'>>();

  /**
   * Damaged lines are left out with a notice. Throws TsyndError 'run/not-found' where there are no complete scores, and
   * 'run/corrupt' for a damaged scores.json or one of a later version.
   */
  async read(folderPath: string): Promise<ReadScores> {
    const folder = path.resolve(folderPath);
    const facts = await readFacts(folder);
    const log = await this.logs.get(
      folder,
      () =>
        new GrowingLines(scorePaths(folder).lines, scoreRecordSchema, (record, { line }) => ({
          record,
          line,
        })),
    );
    const read = await log.read();
    const list = this.lists.get(read) ?? toList(read, facts);
    if (read.values.length > 0) this.lists.set(read, list);
    return { folder, facts, ...list };
  }

  /** Throws TsyndError 'sample/not-found' too. */
  async readRecord(
    folderPath: string,
    id: string,
  ): Promise<{ readonly scores: ReadScores; readonly record: ScoreRecord }> {
    const scores = await this.read(folderPath);
    const record = scores.byId.get(id);
    if (record) return { scores, record };
    throw new TsyndError('sample/not-found', `There is no image ${id} among the scores in ${folderPath}.`, {
      remedy: 'Read the scores again; their scores.jsonl may have changed.',
      details: { folder: folderPath, id },
    });
  }

  /** The complete scores of a run, newest first; folders that are incomplete or damaged are passed over. */
  async list(run: string): Promise<ScoresSummary[]> {
    const { scores: root } = runPaths(path.resolve(run));
    const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
    const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    const found = await Promise.all(
      folders.map(async ({ name }) => {
        const folder = path.join(root, name);
        const facts = await readFacts(folder).catch(() => undefined);
        return facts && toScoresSummary(folder, facts);
      }),
    );
    return found
      .filter((summary) => summary !== undefined)
      .sort((a, b) => Date.parse(b.scoredAt) - Date.parse(a.scoredAt) || (a.folder < b.folder ? 1 : -1));
  }
}

/** What crosses boundaries of scores; the run is the one in whose folder they lie, wherever that was moved to. */
export function toScoresSummary(folder: string, facts: ScoresFile): ScoresSummary {
  const { path: datasetPath, name, sha256, classNames, imageSize } = facts.dataset;
  const { channels } = facts.classifier;
  return {
    folder,
    run: path.dirname(path.dirname(folder)),
    runId: facts.runId,
    scoredAt: facts.scoredAt,
    dataset: { path: datasetPath, name, sha256, classNames, imageSize, channels },
    splits: facts.splits,
    images: facts.images,
    numMcSamples: facts.numMcSamples,
    maskSeed: facts.maskSeed,
    classifierSha256: facts.classifier.sha256,
  };
}

async function readFacts(folder: string): Promise<ScoresFile> {
  const { facts: file } = scorePaths(folder);
  const bytes = await readIfPresent(file);
  if (bytes === undefined) {
    throw new TsyndError('run/not-found', `There are no complete scores in ${folder}: it has no ${FACTS}.`, {
      remedy: 'Score the dataset again.',
      details: { folder },
    });
  }
  return parseFacts(bytes.toString(), file);
}

function parseFacts(text: string, file: string): ScoresFile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw corrupt(file, 'is not JSON', error);
  }
  const checked = scoresFileSchema.safeParse(parsed);
  if (checked.success) return checked.data;
  const version = (parsed as { formatVersion?: unknown } | null)?.formatVersion;
  const isLater = typeof version === 'number' && version > SCORES_VERSION;
  const problem = isLater
    ? `has format ${version}, and this version of TSynD reads formats up to ${SCORES_VERSION}`
    : `is not the record of scores (${describeIssues(checked.error)})`;
  throw corrupt(file, problem, checked.error);
}

function corrupt(file: string, problem: string, cause: unknown): TsyndError {
  return new TsyndError('run/corrupt', `${file} ${problem}.`, {
    remedy: 'Score the dataset again, or restore the file from a copy.',
    details: { file },
    cause,
  });
}

function toList(
  { values, damagedLines, isTorn }: LinesRead<NumberedRecord>,
  { dataset, images }: ScoresFile,
): Omit<ReadScores, 'folder' | 'facts'> {
  const numClasses = dataset.classNames.length;
  const byId = new Map<string, ScoreRecord>();
  const damaged = [...damagedLines];
  const repeated: number[] = [];
  for (const { record, line } of values) {
    if (!fits(record, numClasses)) damaged.push(line);
    else if (byId.has(record.id)) repeated.push(line);
    else byId.set(record.id, record);
  }
  const problems = [
    describeLines(damaged, ...DAMAGED),
    describeLines(repeated, 'repeats an image and is left out', 'repeat images and are left out'),
    isTorn ? CUT_OFF : undefined,
  ].filter((problem) => problem !== undefined);
  if (problems.length === 0 && byId.size < images) {
    problems.push(`it holds ${count(byId.size)} of the ${count(images)} images that were scored`);
  }
  return {
    records: [...byId.values()],
    byId,
    notices: problems.map((problem) => ({ severity: 'warning', message: `${LINES}: ${problem}.` })),
  };
}

function fits({ label, predictedLabel, probs }: ScoreRecord, numClasses: number): boolean {
  const isLabel = (value: ScoreRecord['label']): boolean =>
    typeof value === 'number' ? value < numClasses : value.length === numClasses;
  return isLabel(label) && isLabel(predictedLabel) && probs.length === numClasses;
}

function count(amount: number): string {
  return amount.toLocaleString('en');
}
