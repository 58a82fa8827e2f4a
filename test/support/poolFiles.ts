import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { encodePng } from '../../src/data/encodePng.ts';
import { randomKey, uniforms } from '../../src/engine/random.ts';
import { CurationSession } from '../../src/jobs/curation/curationSession.ts';
import { readLines } from '../../src/runs/jsonLines.ts';
import { runPaths } from '../../src/runs/runFolder.ts';
import { sampleRecordSchema, type SampleRecord } from '../../src/runs/sampleRecord.ts';

/** Grey noise [side, side], as a generator without any knowledge would give it. */
export function noiseImage(seed: number, side = 8): Uint8Array {
  return Uint8Array.from(uniforms(randomKey(seed), side * side, 0, 256));
}

/** Writes a folder of class folders with `count` grey images of noise each. */
export async function writeNoiseFolder(
  folder: string,
  classes: Readonly<Record<string, number>>,
  side = 8,
): Promise<string> {
  let seed = 1000;
  for (const [name, count] of Object.entries(classes)) {
    mkdirSync(path.join(folder, name), { recursive: true });
    for (let index = 0; index < count; index++) {
      await writePng(path.join(folder, name, `${index}.png`), noiseImage(seed++, side), side);
    }
  }
  return folder;
}

/** An image of a class as `writeTinyDataset` draws them. */
export function tinyImage(label: number, seed: number, side = 8): Uint8Array {
  return Uint8Array.from(uniforms(randomKey(seed), side * side), (draw, position) => {
    const row = Math.floor(position / side);
    return Math.floor(80 * draw) + (Math.floor(row / 2) === label ? 150 : 0);
  });
}

export async function writePng(file: string, pixels: Uint8Array, side = 8): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, await encodePng({ pixels, channels: 1, width: side, height: side }));
}

/** Accepts the samples of a run, but for those at `rejected` and the last one, which stays undecided. */
export async function curate(run: string, rejected: readonly number[]): Promise<readonly SampleRecord[]> {
  const { values } = await readLines(runPaths(run).samples, sampleRecordSchema);
  const session = await CurationSession.open(run);
  const idsWhere = (choose: (index: number) => boolean): string[] =>
    values.filter((_, index) => index < values.length - 1 && choose(index)).map(({ id }) => id);
  await session.decide(
    idsWhere((index) => !rejected.includes(index)),
    'accepted',
  );
  await session.decide(
    idsWhere((index) => rejected.includes(index)),
    'rejected',
  );
  await session.close();
  return values;
}
