/** A platform as the marketplace names it, and what of the native packages belongs to it. */
export interface PackageTarget {
  readonly name: string;
  /** As in Node's `process.platform` and `process.arch`. */
  readonly platform: string;
  readonly arch: string;
  /** Packages that hold the native parts of sharp. */
  readonly sharpPackages: readonly string[];
}

/** Where both ONNX Runtime 1.30 and sharp have native parts; ONNX Runtime has none for macOS on x64 or for musl. */
export const PACKAGE_TARGETS: readonly PackageTarget[] = [
  target('linux', 'x64', ['sharp', 'sharp-libvips']),
  target('linux', 'arm64', ['sharp', 'sharp-libvips']),
  target('darwin', 'arm64', ['sharp', 'sharp-libvips']),
  target('win32', 'x64', ['sharp']),
  target('win32', 'arm64', ['sharp']),
];

export function findTarget(name: string): PackageTarget | undefined {
  return PACKAGE_TARGETS.find((target) => target.name === name);
}

function target(platform: string, arch: string, parts: readonly string[]): PackageTarget {
  const name = `${platform}-${arch}`;
  return { name, platform, arch, sharpPackages: parts.map((part) => `@img/${part}-${name}`) };
}
