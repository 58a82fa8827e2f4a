/** Appends numbered lines to the file named on the command line until it is killed. */
import { z } from 'zod';

import { appendLines, readLines } from '../../src/runs/jsonLines.ts';

const file = process.argv[2];
const schema = z.strictObject({ index: z.int(), text: z.string() });

let hasStarted = false;
let next = (await readLines(file, schema)).values.length;
for (;;) {
  const batch = Array.from({ length: 1 + (next % 7) }, (_, offset) => ({
    index: next + offset,
    text: 'é'.repeat((next * 37) % 5000),
  }));
  await appendLines(file, schema, batch);
  next += batch.length;
  if (!hasStarted) process.stdout.write('started\n');
  hasStarted = true;
}
