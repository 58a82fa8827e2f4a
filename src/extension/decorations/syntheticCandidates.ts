import path from 'node:path';

/**
 * Which files may be synthetic images of ours, told by their names and by what lies around them, so that nobody's
 * ordinary files start a process of ours:
 *
 * - PNG files below a run's `synthetic` folder (`<run>/synthetic/<class>/<id>.png`, with `<run>/run.json`);
 * - PNG files of an export (`<split>/<class>/<name>.png`, with `<split>/metadata.jsonl`), or beside a `metadata.jsonl`.
 *
 * Whether it is one, and with which numbers, the library says.
 */
export class SyntheticCandidates {
  private readonly exists: (file: string) => Promise<boolean>;
  /** By marker file; a folder of images is asked about once. */
  private readonly markers = new Map<string, Promise<boolean>>();

  constructor(exists: (file: string) => Promise<boolean>) {
    this.exists = exists;
  }

  async isCandidate(file: string): Promise<boolean> {
    if (!/\.png$/i.test(file)) return false;
    for (const marker of markersOf(file)) {
      if (await this.has(marker)) return true;
    }
    return false;
  }

  /** Forgets what was found out about marker files in this folder and below. */
  forget(folder: string): void {
    for (const marker of this.markers.keys()) {
      if (isBelow(marker, folder)) this.markers.delete(marker);
    }
  }

  private has(marker: string): Promise<boolean> {
    const known = this.markers.get(marker) ?? this.exists(marker);
    this.markers.set(marker, known);
    return known;
  }
}

export function isBelow(file: string, folder: string): boolean {
  return file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}

/** The files any of which makes a PNG a candidate. */
function markersOf(file: string): string[] {
  const classFolder = path.dirname(file);
  const markers = [classFolder, path.dirname(classFolder)].map((folder) =>
    path.join(folder, 'metadata.jsonl'),
  );
  const synthetic = file.lastIndexOf(`${path.sep}synthetic${path.sep}`);
  return synthetic < 0 ? markers : [path.join(file.slice(0, synthetic), 'run.json'), ...markers];
}
