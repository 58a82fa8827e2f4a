import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const SRC = path.resolve(import.meta.dirname, '../../src');

/** What only the command line can ask for. */
const COMMAND_LINE = /^(cli[\\/]|jobs[\\/](evaluateRun|verifyRun)\.ts$)/;

/** Options of npm, node and nvidia-smi. */
const OTHER_PROGRAMS = /^jobs[\\/]devices[\\/](installPackage|nvidiaDriver|probeProgram)\.ts$/;

test('texts that reach the editor call an option of the command line what it is', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' });
  const options = files
    .filter((file) => file.endsWith('.ts') && !COMMAND_LINE.test(file) && !OTHER_PROGRAMS.test(file))
    .flatMap((file) => {
      const lines = readFileSync(path.join(SRC, file), 'utf8').split('\n');
      return lines.filter((line) => /['"`].*--[a-z]/.test(line)).map((line) => `${file}: ${line.trim()}`);
    });
  assert.ok(options.length > 3, 'The pattern finds none.');
  assert.deepEqual(
    options.filter((line) => !line.includes('on the command line')),
    [],
  );
});
