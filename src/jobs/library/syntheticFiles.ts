import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { EXPORT_NAMES } from '../../data/exportNames.ts';
import type { SyntheticFile } from '../../protocol/libraryApi.ts';
import { curationDecisionSchema, curationState, type CurationState } from '../../runs/curationLog.ts';
import { GrowingLines, type LinesRead } from '../../runs/growingLines.ts';
import { runPaths, type RunFolder } from '../../runs/runFolder.ts';
import { labelName } from '../labelName.ts';
import { partsInside } from './insideFolder.ts';
import { LruCache } from './lruCache.ts';
import type { ReadRun, RunReader } from './runReader.ts';

/** Runs hold images three folders down, exports two; classes may have folders in them. */
const MAX_LEVELS = 5;
const MAX_FILES_KEPT = 16;

/** What an export says of a synthetic image; other lines are about real ones. */
const metadataSchema = z.object({
  file_name: z.string().min(1),
  synthetic: z.literal(true),
  run: z.string(),
  sample_id: z.string(),
  mi_before: z.number(),
  mi_after: z.number(),
  label: z.union([z.string(), z.number()]).transform(String),
});

type Metadata = z.infer<typeof metadataSchema>;
type Decisions = LinesRead<z.infer<typeof curationDecisionSchema>>;
type Describe = (file: string) => SyntheticFile | undefined;

/** Tells which files are synthetic images, of runs and of exported datasets. */
export class SyntheticFiles {
  private readonly reader: RunReader;
  private readonly metadata = new LruCache<GrowingLines<Metadata, Metadata>>(MAX_FILES_KEPT);
  private readonly curation = new LruCache<CurationReader>(MAX_FILES_KEPT);

  constructor(reader: RunReader) {
    this.reader = reader;
  }

  /** Those of the files that are synthetic images; a run or an export that cannot be read has none. */
  async describe(files: readonly string[]): Promise<SyntheticFile[]> {
    const byFolder = new Map<string, Promise<Describe | undefined>>();
    const found = await Promise.all(
      files.map(async (given) => {
        const file = path.resolve(given);
        return (await this.find(path.dirname(file), byFolder, MAX_LEVELS))?.(file);
      }),
    );
    return found.filter((description) => description !== undefined);
  }

  /** What knows about the files of a folder: a run or an export, in it or above it. */
  private find(
    folder: string,
    byFolder: Map<string, Promise<Describe | undefined>>,
    levels: number,
  ): Promise<Describe | undefined> {
    const known = byFolder.get(folder);
    if (known) return known;
    const parent = path.dirname(folder);
    const finding = this.inFolder(folder).then((describe) => {
      if (describe || levels <= 1 || parent === folder) return describe;
      return this.find(parent, byFolder, levels - 1);
    });
    byFolder.set(folder, finding);
    return finding;
  }

  private async inFolder(folder: string): Promise<Describe | undefined> {
    const metadata = path.join(folder, EXPORT_NAMES.metadata);
    try {
      if (existsSync(runPaths(folder).manifest)) return await this.inRun(folder);
      if (existsSync(metadata)) return await this.inExport(folder, metadata);
    } catch {
      // A decoration is no place to tell what is wrong with a run; its gallery does.
    }
    return undefined;
  }

  private async inRun(folder: string): Promise<Describe> {
    const read = await this.reader.read(folder);
    const curation = await this.curation.get(folder, () => new CurationReader(read.run));
    const state = await curation.read();
    return (file) => describeSample(read, file, state);
  }

  private async inExport(folder: string, metadata: string): Promise<Describe> {
    const lines = await this.metadata.get(
      metadata,
      () => new GrowingLines(metadata, metadataSchema, (line) => line),
    );
    const { values } = await lines.read();
    const byFile = new Map(values.map((line) => [path.resolve(folder, line.file_name), line]));
    return (file) => {
      const line = byFile.get(file);
      if (!line) return undefined;
      const { run, sample_id: sampleId, label: className, mi_before: miBefore, mi_after: miAfter } = line;
      return { file, run, sampleId, className, miBefore, miAfter };
    };
  }
}

function describeSample(
  { run, list }: ReadRun,
  file: string,
  state: CurationState,
): SyntheticFile | undefined {
  const entry = list.byFile.get((partsInside(run.paths.root, file) ?? []).join('/'));
  if (!entry) return undefined;
  const { id: sampleId, label, miBefore, miAfter } = entry;
  const className = labelName(run.manifest.dataset.classNames, label);
  return { file, run: run.id, sampleId, className, miBefore, miAfter, decision: state.get(sampleId) };
}

/** The decisions about a run's samples, summed up again only when there are new ones. */
class CurationReader {
  private readonly lines: GrowingLines<Decisions['values'][number], Decisions['values'][number]>;
  private last: { readonly read: Decisions; readonly state: CurationState } | undefined;

  constructor({ paths }: RunFolder) {
    this.lines = new GrowingLines(paths.curation, curationDecisionSchema, (decision) => decision);
  }

  async read(): Promise<CurationState> {
    const read = await this.lines.read();
    if (this.last?.read !== read) this.last = { read, state: curationState(read.values) };
    return this.last.state;
  }
}
