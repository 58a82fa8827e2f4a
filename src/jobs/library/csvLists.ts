import { stat } from 'node:fs/promises';
import { readCsvRows, type CsvRow } from '../../data/csvDataset.ts';

interface KnownList {
  readonly size: number;
  readonly mtimeMs: number;
  /** By absolute path. */
  readonly rows: ReadonlyMap<string, CsvRow>;
}

/** The lists of CSV datasets, parsed again only when they change. */
export class CsvLists {
  private readonly known = new Map<string, KnownList>();

  /** What a CSV file lists, by absolute path. Throws what `readCsvRows` throws, and the error of `stat`. */
  async rows(csvPath: string): Promise<ReadonlyMap<string, CsvRow>> {
    const { size, mtimeMs } = await stat(csvPath);
    const known = this.known.get(csvPath);
    if (known?.size === size && known.mtimeMs === mtimeMs) return known.rows;
    const rows = new Map((await readCsvRows(csvPath)).map((row) => [row.absolutePath, row]));
    this.known.set(csvPath, { size, mtimeMs, rows });
    return rows;
  }
}
