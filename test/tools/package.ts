/**
 * `npm run package`: a `.vsix` for every platform, into `dist`; `-- --target linux-x64` (repeatable) for some,
 * `--out DIR` for another folder. A platform whose native parts cannot be had makes the exit code 1.
 */
import { statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ToolUnavailable } from './cachedPackages.ts';
import { megabytes, packageExtension } from './packageExtension.ts';
import { findTarget, PACKAGE_TARGETS } from './packageTargets.ts';

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true },
    out: { type: 'string', default: path.resolve(import.meta.dirname, '../../dist') },
  },
});

for (const name of values.target ?? PACKAGE_TARGETS.map((target) => target.name)) {
  const target = findTarget(name);
  if (!target) {
    const known = PACKAGE_TARGETS.map((known) => known.name).join(', ');
    say(`There are no native parts for '${name}'. Choose from ${known}.`);
    process.exitCode = 1;
    continue;
  }
  try {
    const file = packageExtension(target, path.resolve(values.out));
    say(`${file} (${megabytes(statSync(file).size)})`);
  } catch (error) {
    if (!(error instanceof ToolUnavailable)) throw error;
    say(`${name}: ${error.message}`);
    process.exitCode = 1;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
