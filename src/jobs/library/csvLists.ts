import { stat } from 'node:fs/promises';
import { readCsvRows, type CsvRow } from '../../data/csvDataset.ts';

interface KnownList {
  readonly size: number;
  readonly mtimeMs: number;
  /** By `keyOf` their absolute paths. */
  readonly rows: ReadonlyMap<string, CsvRow>;
}

/** The lists of CSV datasets, parsed again only when they change. */
export class CsvLists {
  private readonly known = new Map<string, KnownList>();

  /** What a CSV file says of a file. Throws what `readCsvRows` throws, and the error of `stat`. */
  async find(csvPath: string, file: string): Promise<CsvRow | undefined> {
    return (await this.rows(csvPath)).get(keyOf(file));
  }

  private async rows(csvPath: string): Promise<ReadonlyMap<string, CsvRow>> {
    const { size, mtimeMs } = await stat(csvPath);
    const known = this.known.get(csvPath);
    if (known?.size === size && known.mtimeMs === mtimeMs) return known.rows;
    const rows = new Map((await readCsvRows(csvPath)).map((row) => [keyOf(row.absolutePath), row]));
    this.known.set(csvPath, { size, mtimeMs, rows });
    return rows;
  }
}

/** Windows ignores case, and VS Code's paths begin with `c:` where others begin with `C:`. */
function keyOf(absolutePath: string): string {
  return process.platform === 'win32' ? absolutePath.toLowerCase() : absolutePath;
}
