import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { z } from 'zod';
import { runNpm, ToolUnavailable } from './cachedPackages.ts';

const root = path.resolve(import.meta.dirname, '../..');
const CACHE = path.join(root, '.cache/packages');

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), integrity: z.string().optional() }),
  ),
});

/**
 * The folder of a package in the version of the lock file: that in `node_modules`, or for other platforms' packages one
 * that is fetched, checked against the lock file's hash and kept in the cache.
 */
export function lockedPackage(name: string): string {
  const installed = path.join(root, 'node_modules', name);
  if (existsSync(path.join(installed, 'package.json'))) return installed;
  const lock = lockSchema.parse(JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')));
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined) {
    throw new ToolUnavailable(`package-lock.json does not say which version of ${name} to take.`);
  }
  const folder = path.join(CACHE, `${name.replace('/', '-')}-${version}`);
  if (!existsSync(folder)) fetchPackage(`${name}@${version}`, integrity, folder);
  return folder;
}

/** Unpacks beside and renames, so that a folder of the cache is whole. */
function fetchPackage(spec: string, integrity: string, folder: string): void {
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  runNpm(part, ['pack', spec, '--pack-destination', '.']);
  const archive = readdirSync(part).find((file) => file.endsWith('.tgz'));
  if (archive === undefined) throw new ToolUnavailable(`npm fetched nothing for ${spec}.`);
  const found = createHash('sha512')
    .update(readFileSync(path.join(part, archive)))
    .digest('base64');
  if (`sha512-${found}` !== integrity) {
    throw new ToolUnavailable(`${spec} is not what package-lock.json says: its hash differs.`);
  }
  // Windows, macOS and Linux all bring tar.
  const { status } = spawnSync('tar', ['-xzf', archive], { cwd: part, stdio: 'inherit' });
  if (status !== 0) throw new ToolUnavailable(`${spec} could not be unpacked.`);
  renameSync(path.join(part, 'package'), folder);
  rmSync(part, { recursive: true, force: true });
}
