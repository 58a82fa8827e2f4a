import path from 'node:path';
import { sha256Of } from '../../data/fileDigest.ts';
import { encodeNpy, parseNpy } from '../../data/npy.ts';
import { readIfPresent } from '../../data/readIfPresent.ts';
import { makeFolder, writeFileAtomic } from '../../data/safeWrite.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { MapFacts } from '../../protocol/explanations.ts';
import { GrowingLines, type LinesRead } from '../../runs/growingLines.ts';
import { appendLines } from '../../runs/jsonLines.ts';
import { mapRecordSchema, type MapIdentity, type MapRecord } from '../../runs/mapRecord.ts';
import type { RunPaths } from '../../runs/runFolder.ts';
import { mapKey } from './mapKey.ts';

/** One map, [H, W] with H = W, and what is to be said about it. */
export interface ExplainedMap {
  readonly values: Float32Array;
  readonly facts: MapFacts;
}

/** What is held in memory of a line; all else is a function of the key. */
type KnownMap = Omit<MapRecord, 'identity'>;

/**
 * The maps that are kept in a run's folder: `explanations/<key>.npy`, each counted as there once its line stands in
 * `explanations/index.jsonl`. What is torn or damaged is not there, and is written again. Several processes may write
 * at once, and the folder may be deleted at any time. It holds no pixels of images.
 */
export class MapStore {
  private readonly folder: string;
  private readonly index: GrowingLines<MapRecord, KnownMap>;
  private last:
    { readonly read: LinesRead<KnownMap>; readonly byKey: ReadonlyMap<string, KnownMap> } | undefined;

  constructor({ explanations }: RunPaths) {
    this.folder = explanations;
    this.index = new GrowingLines(path.join(explanations, 'index.jsonl'), mapRecordSchema, toKnown);
  }

  /** The map of an identity, undefined where it is not there or damaged. */
  async find(identity: MapIdentity): Promise<ExplainedMap | undefined> {
    const key = mapKey(identity);
    try {
      const known = (await this.readIndex()).get(key);
      const bytes = known && (await readIfPresent(this.fileOf(key)));
      if (!bytes || sha256Of(bytes) !== known.sha256) return undefined;
      const { data } = parseNpy(bytes, this.fileOf(key));
      if (!(data instanceof Float32Array)) return undefined;
      const { target, probability, predicted, change } = known;
      const facts = {
        target,
        probability,
        ...(predicted !== undefined && { predicted }),
        ...(change && { change }),
      };
      return { values: data, facts };
    } catch (error) {
      // What cannot be read can be computed.
      if (error instanceof TsyndError) return undefined;
      throw error;
    }
  }

  /** Keeps maps. Throws TsyndError 'file/write' where the folder cannot be written. */
  async add(maps: readonly (readonly [MapIdentity, ExplainedMap])[]): Promise<void> {
    await makeFolder(this.folder);
    const records: MapRecord[] = [];
    for (const [identity, { values, facts }] of maps) {
      const key = mapKey(identity);
      const side = Math.sqrt(values.length);
      const bytes = encodeNpy(values, [side, side]);
      await writeFileAtomic(this.fileOf(key), bytes);
      const { target, probability, predicted, change } = facts;
      records.push({
        key,
        sha256: sha256Of(bytes),
        target,
        probability,
        predicted,
        ...(change && { change: { ...change, probs: [...change.probs] } }),
        identity,
      });
    }
    await appendLines(this.index.file, mapRecordSchema, records, { isShared: true });
  }

  private fileOf(key: string): string {
    return path.join(this.folder, `${key}.npy`);
  }

  private async readIndex(): Promise<ReadonlyMap<string, KnownMap>> {
    const read = await this.index.read();
    // A map that was found damaged has several lines, of which the last one counts.
    if (this.last?.read !== read)
      this.last = { read, byKey: new Map(read.values.map((map) => [map.key, map])) };
    return this.last.byKey;
  }
}

function toKnown({ key, sha256, target, probability, predicted, change }: MapRecord): KnownMap {
  return { key, sha256, target, probability, predicted, change };
}
