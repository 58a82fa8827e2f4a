import { fileURLToPath } from 'node:url';

/**
 * The words after `node` that start the program which tries a device: the bundle beside the running one, or its source
 * where that runs from source.
 */
export function probeProgram(): string[] {
  if (!import.meta.url.endsWith('.ts')) return [fileURLToPath(new URL('./probe.mjs', import.meta.url))];
  const source = fileURLToPath(new URL('./probeMain.ts', import.meta.url));
  return ['--import', import.meta.resolve('tsx'), source];
}
