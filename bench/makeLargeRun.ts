import { describeError } from '../src/protocol/errors.ts';
import { makeLargeRun } from './largeRun.ts';

/** `npx tsx bench/makeLargeRun.ts FOLDER [COUNT]`: a folder to open in the editor, with a run of 20,000 samples. */
const folder = process.argv.at(2);
const count = Number(process.argv.at(3) ?? 20_000);

if (folder === undefined || !Number.isInteger(count) || count < 1) {
  process.stderr.write('Usage: npx tsx bench/makeLargeRun.ts FOLDER [COUNT]\n');
  process.exitCode = 2;
} else {
  try {
    process.stdout.write(`${await makeLargeRun(folder, { count })}\n`);
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = 2;
  }
}
