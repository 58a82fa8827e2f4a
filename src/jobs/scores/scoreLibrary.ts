import { mapLimited } from '../../data/mapLimited.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { LibraryApi } from '../../protocol/libraryApi.ts';
import { SCORED_SPLITS, type ScoreTable } from '../../protocol/scoreTable.ts';
import type { ScoreRecord } from '../../runs/scoreRecord.ts';
import { packBatch, toInterleavedBytes, type ImageResult } from '../library/imageBatch.ts';
import { ScoredImages } from './scoredImages.ts';
import { ScoreFolders, toScoresSummary, type ReadScores } from './scoreFolders.ts';

type Params<M extends keyof LibraryApi> = LibraryApi[M]['params'];
type Result<M extends keyof LibraryApi> = Promise<LibraryApi[M]['result']>;

const MAX_CONCURRENT_FILES = 4;

/** Reads scores and their images for the editor: the methods `scores/...` of `LibraryApi`. */
export class ScoreLibrary {
  private readonly folders: ScoreFolders;
  private readonly images: ScoredImages;

  constructor(folders = new ScoreFolders(), images = new ScoredImages(folders)) {
    this.folders = folders;
    this.images = images;
  }

  list({ run }: Params<'scores/list'>): Result<'scores/list'> {
    return this.folders.list(run);
  }

  async read({ folder }: Params<'scores/read'>): Result<'scores/read'> {
    const scores = await this.folders.read(folder);
    const { facts, notices } = scores;
    return { summary: toScoresSummary(scores.folder, facts), table: toScoreTable(scores), notices };
  }

  async readImage({ folder, id }: Params<'scores/image'>): Result<'scores/image'> {
    const { scores, record } = await this.folders.readRecord(folder, id);
    const { probs, split, index, file } = record;
    return {
      id,
      record,
      probs,
      copies: copiesOf(scores, record),
      source: { file, split, index, ...(await this.images.locate(scores, record)) },
    };
  }

  /** Those that cannot be had are listed as missing. */
  async readImages({ folder, ids }: Params<'scores/images'>): Result<'scores/images'> {
    const scores = await this.folders.read(folder);
    const { dataset, classifier } = scores.facts;
    const results = await mapLimited(ids, MAX_CONCURRENT_FILES, async (id): Promise<ImageResult> => {
      const record = scores.byId.get(id);
      if (!record) return { reason: `There is no image ${id} among these scores.` };
      try {
        const image = await this.images.readRecord(scores, record);
        return { pixels: toInterleavedBytes(image, image.channels) };
      } catch (error) {
        if (error instanceof TsyndError) return { reason: error.message };
        throw error;
      }
    });
    return packBatch(ids, results, { imageSize: dataset.imageSize, channels: classifier.channels });
  }
}

/** Scores in columns. */
export function toScoreTable({ records, facts }: ReadScores): ScoreTable {
  const column = (field: 'mi' | 'entropy' | 'loss'): Float32Array =>
    Float32Array.from(records, (record) => record[field]);
  return {
    ids: records.map(({ id }) => id),
    labels: records.map(({ label }) => label),
    predictedLabels: records.map(({ predictedLabel }) => predictedLabel),
    splits: Uint8Array.from(records, ({ split }) => SCORED_SPLITS.indexOf(split)),
    mi: column('mi'),
    entropy: column('entropy'),
    loss: column('loss'),
    duplicates: Int32Array.from(records, ({ duplicates }) => duplicates ?? -1),
    numMcSamples: facts.numMcSamples,
  };
}

function copiesOf({ records }: ReadScores, { id, duplicates }: ScoreRecord): string[] {
  if (duplicates === undefined) return [];
  return records
    .filter((other) => other.duplicates === duplicates && other.id !== id)
    .map((other) => other.id);
}
