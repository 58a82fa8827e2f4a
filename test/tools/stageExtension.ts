import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { lockedPackage } from './lockedPackage.ts';
import type { PackageTarget } from './packageTargets.ts';

const root = path.resolve(import.meta.dirname, '../..');

const BUNDLES = ['extension.cjs', 'compute.mjs', 'library.mjs', 'probe.mjs', 'webview'];
const ALONGSIDE = ['media', 'README.md', 'CHANGELOG.md', 'LICENSE', 'package.nls.json'];
/** What the bundles load at run time; see `external` in esbuild.mjs. */
const NATIVE_PACKAGES = ['onnxruntime-node', 'sharp'];
/** Dependencies of ONNX Runtime's install script, which we do not run. */
const INSTALL_ONLY = new Set(['adm-zip', 'global-agent']);
/** Of a package's folders and files, those that nothing loads at run time. */
const NOT_LOADED = /^(script|install|src|test|esm|bin|lib\/.*\.ts|.*\.d\.[cm]?ts|.*\.map|.*\.md|.*\.h)$/;
const LICENSE = /^LICEN[CS]E/i;

const manifestSchema = z.looseObject({ dependencies: z.record(z.string(), z.string()).optional() });

/**
 * Lays out in an empty folder what the extension is for one platform: the bundles, what is shown, and the native
 * packages below `dist`, beside the code that loads them.
 */
export function stageExtension(folder: string, target: PackageTarget): void {
  for (const bundle of BUNDLES) {
    cpSync(path.join(root, 'dist', bundle), path.join(folder, 'dist', bundle), {
      recursive: true,
      filter: (file) => !file.endsWith('.map'),
    });
  }
  for (const name of ALONGSIDE.filter((file) => existsSync(path.join(root, file)))) {
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  const { scripts, dependencies, devDependencies, bin, private: isPrivate, ...manifest } = readManifest(root);
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest, null, 2));

  const modules = path.join(folder, 'dist/node_modules');
  for (const [name, from] of runtimePackages([...NATIVE_PACKAGES, ...target.sharpPackages])) {
    copyLoaded(from, path.join(modules, name));
  }
  const runtime = path.join('bin/napi-v6', target.platform, target.arch);
  copyNative(
    path.join(lockedPackage('onnxruntime-node'), runtime),
    path.join(modules, 'onnxruntime-node', runtime),
  );
}

/** Folders of these packages and of all that they depend on, by name. */
function runtimePackages(names: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  const add = (name: string): void => {
    if (found.has(name) || INSTALL_ONLY.has(name)) return;
    const from = lockedPackage(name);
    found.set(name, from);
    Object.keys(readManifest(from).dependencies ?? {}).forEach(add);
  };
  names.forEach(add);
  return found;
}

function copyLoaded(from: string, to: string): void {
  for (const file of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    const parts = file.split(path.sep);
    const isLeftOut = parts.some((_, index) => NOT_LOADED.test(parts.slice(0, index + 1).join('/')));
    const isLicense = LICENSE.test(path.basename(file));
    if ((isLeftOut && !isLicense) || !statSync(path.join(from, file)).isFile()) continue;
    copyFile(path.join(from, file), path.join(to, file));
  }
}

/** Of ONNX Runtime's macOS library there are two names; the binding asks for the one without the full version. */
function copyNative(from: string, to: string): void {
  for (const file of readdirSync(from)) {
    if (/\.\d+\.\d+\.\d+\.dylib$/.test(file)) continue;
    copyFile(path.join(from, file), path.join(to, file));
  }
}

function copyFile(from: string, to: string): void {
  mkdirSync(path.dirname(to), { recursive: true });
  cpSync(from, to, { dereference: true });
}

function readManifest(folder: string): z.infer<typeof manifestSchema> {
  return manifestSchema.parse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')));
}
