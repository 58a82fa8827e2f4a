import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * The path of a bundle in `dist`. Fails where it is missing or older than the source, so that nothing but what is here
 * is tested.
 */
export function builtProgram(name: string): string {
  const file = path.join(root, 'dist', name);
  const builtAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const newer = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((source) => source.endsWith('.ts') && isPartOf(name, source))
    .find((source) => statSync(path.join(root, 'src', source)).mtimeMs > builtAt);
  assert.equal(newer, undefined, `src/${newer ?? ''} is newer than dist/${name}: run 'npm run build' first.`);
  return file;
}

/** What runs in the editor is in a bundle of its own. */
function isPartOf(name: string, source: string): boolean {
  return name.startsWith('extension') || !source.startsWith('extension');
}
