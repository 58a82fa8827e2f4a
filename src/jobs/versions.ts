import * as ort from 'onnxruntime-node';
import packageJson from '../../package.json' with { type: 'json' };

/** The versions that a run's record names. */
export function programVersions(): { tsynd: string; node: string; onnxruntime: string } {
  const onnxruntime = ort.env.versions.node ?? ort.env.versions.common;
  return { tsynd: packageJson.version, node: process.version, onnxruntime };
}
