import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { TsyndError } from '../../protocol/errors.ts';
import type { Notice } from '../../protocol/runSummary.ts';
import { GrowingLines, type LinePosition, type LinesRead } from '../../runs/growingLines.ts';
import { decodeLines } from '../../runs/jsonLines.ts';
import { CUT_OFF, DAMAGED, describeLines } from '../../runs/lineProblems.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import { sampleRecordSchema, type SampleRecord } from '../../runs/sampleRecord.ts';

/** What is held in memory of a line of samples.jsonl. */
export type SampleEntry = Readonly<
  Pick<
    SampleRecord,
    | 'id'
    | 'file'
    | 'label'
    | 'predictedLabel'
    | 'parent'
    | 'method'
    | 'miBefore'
    | 'miAfter'
    | 'entropyBefore'
    | 'entropyAfter'
    | 'latentDistance'
    | 'numMcSamples'
  >
> & { readonly position: LinePosition };

/** The samples of a run as far as they can be read. */
export interface SampleList {
  /** In the order of samples.jsonl; ids are unique. */
  readonly entries: readonly SampleEntry[];
  readonly byId: ReadonlyMap<string, SampleEntry>;
  /** By the path of the image, relative to the run. */
  readonly byFile: ReadonlyMap<string, SampleEntry>;
  /** What was wrong with samples.jsonl. */
  readonly notices: readonly Notice[];
}

/** samples.jsonl of one run, read again and again while the run makes samples. */
export class SampleLog {
  private readonly lines: GrowingLines<SampleRecord, SampleEntry>;
  private last: { readonly read: LinesRead<SampleEntry>; readonly list: SampleList } | undefined;

  constructor({ paths }: RunFolder) {
    // Each line is checked by the schema: with 20,000 of them that takes about as long as JSON.parse does, a tenth of
    // a second, and nothing that reads the table later has to doubt a field.
    this.lines = new GrowingLines(paths.samples, sampleRecordSchema, toEntry);
  }

  /** The same object as before where nothing has changed. Throws TsyndError 'run/corrupt' for an unreadable file. */
  async read({ manifest }: RunFolder): Promise<SampleList> {
    const read = await this.lines.read();
    if (this.last?.read !== read)
      this.last = { read, list: toList(read, manifest.dataset.classNames.length) };
    return this.last.list;
  }

  /** All of a line. Throws TsyndError 'run/corrupt' when the file has been replaced since it was listed. */
  async readRecord({ id, position }: SampleEntry): Promise<SampleRecord> {
    const bytes = await this.lines.readLine(position);
    for (const line of decodeLines(bytes, sampleRecordSchema)) {
      if ('value' in line && line.value.id === id) return line.value;
    }
    throw new TsyndError('run/corrupt', `${this.lines.file} has been replaced while it was read.`, {
      remedy: 'Read the run again.',
    });
  }
}

function toEntry(record: SampleRecord, position: LinePosition): SampleEntry {
  // Field by field: spreading 20,000 records twice takes longer than parsing them.
  return {
    id: record.id,
    file: record.file,
    label: record.label,
    predictedLabel: record.predictedLabel,
    parent: record.parent,
    method: record.method,
    miBefore: record.miBefore,
    miAfter: record.miAfter,
    entropyBefore: record.entropyBefore,
    entropyAfter: record.entropyAfter,
    latentDistance: record.latentDistance,
    numMcSamples: record.numMcSamples,
    position,
  };
}

function toList({ values, damagedLines, isTorn }: LinesRead<SampleEntry>, numClasses: number): SampleList {
  const byId = new Map<string, SampleEntry>();
  const damaged = [...damagedLines];
  const repeated: number[] = [];
  for (const entry of values) {
    if (!fits(entry.label, numClasses) || !fits(entry.predictedLabel, numClasses)) {
      damaged.push(entry.position.line);
    } else if (byId.has(entry.id)) repeated.push(entry.position.line);
    else byId.set(entry.id, entry);
  }
  const entries = [...byId.values()];
  const problems = [
    describeLines(damaged, ...DAMAGED),
    describeLines(repeated, 'repeats a sample and is left out', 'repeat samples and are left out'),
    isTorn ? CUT_OFF : undefined,
  ];
  return {
    entries,
    byId,
    byFile: new Map(entries.map((entry) => [entry.file, entry])),
    notices: problems
      .filter((problem) => problem !== undefined)
      .map((problem) => ({ severity: 'warning', message: `samples.jsonl: ${problem}.` })),
  };
}

function fits(label: SampleRecord['label'], numClasses: number): boolean {
  return typeof label === 'number' ? label < numClasses : label.length === numClasses;
}

/** What is missing of a run's images, and of its samples when it is finished. Folders are listed, no file is opened. */
export async function describeMissing(
  { manifest, paths }: RunFolder,
  { entries, notices }: SampleList,
): Promise<Notice[]> {
  const found: Notice[] = [];
  const made = manifest.status === 'finished' ? (manifest.result?.samples ?? 0) : 0;
  if (entries.length < made && notices.length === 0) {
    const held = entries.length === 0 ? 'none' : entries.length.toLocaleString('en');
    const message = `samples.jsonl holds ${held} of the ${made.toLocaleString('en')} samples that the run made.`;
    found.push({ severity: 'warning', message });
  }
  const missing = await countMissingImages(paths.root, entries);
  if (missing > 0) {
    const [count, total] = [missing, entries.length].map((number) => number.toLocaleString('en'));
    const kept =
      missing === 1
        ? 'is missing; its numbers and decision are kept'
        : 'are missing; their numbers and decisions are kept';
    const message = `${count} of ${total} images ${kept}.`;
    found.push({ severity: 'warning', message });
  }
  return found;
}

async function countMissingImages(root: string, entries: readonly SampleEntry[]): Promise<number> {
  const namesByFolder = new Map<string, string[]>();
  for (const { file } of entries) {
    const { dir, base } = path.posix.parse(file);
    const names = namesByFolder.get(dir);
    if (names) names.push(base);
    else namesByFolder.set(dir, [base]);
  }
  let missing = 0;
  for (const [folder, names] of namesByFolder) {
    const present = new Set(await readdir(path.join(root, folder)).catch(() => []));
    missing += names.filter((name) => !present.has(name)).length;
  }
  return missing;
}
