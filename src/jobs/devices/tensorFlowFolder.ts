import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { TENSORFLOW_PACKAGE } from '../../engine/tensorflow/loadTensorFlow.ts';
import { ownFolders } from './ownFolders.ts';

/** The folder that we install TensorFlow.js into: its `node_modules` holds the package. */
export function ownTensorFlowFolder(): string {
  return path.join(ownFolders().data, 'tensorflow');
}

/** The folder whose `node_modules` holds TensorFlow.js: ours, or where it was installed beside this program. */
export function tensorFlowFolder(): string | undefined {
  return [ownTensorFlowFolder(), peerFolder()].find(
    (folder) => folder !== undefined && tensorFlowIn(folder) !== undefined,
  );
}

/** The version of TensorFlow.js in a folder; undefined where there is none. */
export function tensorFlowIn(folder: string): string | undefined {
  try {
    const file = path.join(folder, 'node_modules', TENSORFLOW_PACKAGE, 'package.json');
    return z.looseObject({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version;
  } catch {
    return undefined;
  }
}

function peerFolder(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${TENSORFLOW_PACKAGE}/package.json`);
    return path.resolve(path.dirname(manifest), '../../..');
  } catch {
    return undefined;
  }
}
