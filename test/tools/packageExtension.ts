import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installCachedPackages } from './cachedPackages.ts';
import type { PackageTarget } from './packageTargets.ts';
import { stageExtension } from './stageExtension.ts';

const VSCE = {
  what: 'the extension packager',
  folder: path.resolve(import.meta.dirname, '../../.cache/vsce'),
  versions: { '@vscode/vsce': '3.9.2' },
};
export const MAX_VSIX_BYTES = 60e6;

/** Writes `tsynd-<target>.vsix` from the built `dist` into a folder, and returns its path. */
export function packageExtension(target: PackageTarget, out: string): string {
  const vsce = path.join(installCachedPackages(VSCE), '@vscode/vsce/vsce');
  const staging = mkdtempSync(path.join(tmpdir(), 'tsynd-package-'));
  try {
    stageExtension(staging, target);
    mkdirSync(out, { recursive: true });
    const file = path.join(out, `tsynd-${target.name}.vsix`);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        ...[vsce, 'package', '--no-dependencies', '--target', target.name, '--out', file],
        // There is no public address yet to which the README's relative links could point.
        ...['--allow-missing-repository', '--no-rewrite-relative-links'],
      ],
      { cwd: staging, encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`The package of ${target.name} could not be made:\n${stdout}${stderr}`);
    const { size } = statSync(file);
    if (size > MAX_VSIX_BYTES) {
      throw new Error(`${file} is ${megabytes(size)}, more than ${megabytes(MAX_VSIX_BYTES)}.`);
    }
    return file;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
