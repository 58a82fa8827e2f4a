import path from 'node:path';
import sharp from 'sharp';
import { gatherImages } from '../data/batch.ts';
import { toPixels } from '../data/encodePng.ts';
import { writeFileAtomic } from '../data/safeWrite.ts';
import { readLines } from '../runs/jsonLines.ts';
import { sampleRecordSchema, type SampleRecord } from '../runs/sampleRecord.ts';
import { encodeSample } from './encodeSample.ts';
import type { RunSession } from './runSession.ts';

const PAIRS_PER_ROW = 8;
const MAX_PAIRS = 64;
/** Pixels between pairs. */
const GAP = 8;
/** Small images are enlarged to about this side, pixel by pixel. */
const SIDE = 84;

/** Writes contactSheet.png: the first samples of the run, each right of the image that it was made from. */
export async function writeContactSheet(session: RunSession): Promise<void> {
  const { run, configs } = session;
  const { values } = await readLines(run.paths.samples, sampleRecordSchema);
  const records = values.slice(0, MAX_PAIRS);
  const side = Math.max(1, Math.round(SIDE / configs.imageSize)) * configs.imageSize;
  const rows = Math.ceil(records.length / PAIRS_PER_ROW);
  const composites = await Promise.all(
    records.map(async (record, index) => {
      const left = GAP + (index % PAIRS_PER_ROW) * (2 * side + GAP);
      const top = GAP + Math.floor(index / PAIRS_PER_ROW) * (side + GAP);
      const enlarge = (image: Buffer | string): Promise<Buffer> =>
        sharp(image).resize(side, side, { kernel: 'nearest' }).png().toBuffer();
      return [
        { input: await enlarge(await parentPng(session, record)), left, top },
        { input: await enlarge(path.join(run.paths.root, record.file)), left: left + side, top },
      ];
    }),
  );
  const sheet = sharp({
    create: {
      width: GAP + PAIRS_PER_ROW * (2 * side + GAP),
      height: GAP + rows * (side + GAP),
      channels: 3,
      background: '#ffffff',
    },
  });
  const png = await sheet.composite(composites.flat()).png().toBuffer();
  await writeFileAtomic(path.join(run.paths.root, 'contactSheet.png'), png);
}

function parentPng({ subset, configs }: RunSession, { parent }: SampleRecord): Promise<Buffer> {
  const position = subset.sources.findIndex(
    ({ index, file }) => index === parent.index && file === parent.file,
  );
  const { data } = gatherImages(subset, [position]);
  return encodeSample(configs, toPixels(data));
}
