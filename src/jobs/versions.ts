import * as ort from 'onnxruntime-node';
import { PROGRAM_VERSION } from './programVersion.ts';

/** The versions that a run's record names. */
export function programVersions(): { tsynd: string; node: string; onnxruntime: string } {
  const onnxruntime = ort.env.versions.node ?? ort.env.versions.common;
  return { tsynd: PROGRAM_VERSION, node: process.version, onnxruntime };
}
