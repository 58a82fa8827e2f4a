import { availableParallelism } from 'node:os';
import { TENSORFLOW_PACKAGE, TENSORFLOW_VERSION } from '../../engine/tensorflow/loadTensorFlow.ts';
import type { InstallProgress } from '../../protocol/devices.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { installPackage } from './installPackage.ts';
import { nvidiaDriver } from './nvidiaDriver.ts';
import { runProbe } from './runProbe.ts';
import { ownTensorFlowFolder } from './tensorFlowFolder.ts';
import { remedyFor } from './whyAbsent.ts';

export interface InstallOptions {
  readonly signal?: AbortSignal | undefined;
  /** What npm installs instead of the package of the pinned version. */
  readonly spec?: string;
}

/**
 * Installs TensorFlow.js for NVIDIA cards into a folder of ours. npm fetches the package, whose install script fetches
 * TensorFlow's library (about 500 MB) from storage.googleapis.com. It takes the place of what was there when the device
 * has passed its self-test.
 *
 * Throws TsyndError 'install/failed' or 'cancelled'.
 */
export async function* installTensorFlow({
  signal,
  spec = `${TENSORFLOW_PACKAGE}@${TENSORFLOW_VERSION}`,
}: InstallOptions = {}): AsyncGenerator<InstallProgress, void> {
  if ((await nvidiaDriver()) === undefined)
    yield { message: `No NVIDIA driver was found on this machine. ${remedyFor('tensorflow')}` };
  yield* installPackage({
    name: TENSORFLOW_PACKAGE,
    spec,
    folder: ownTensorFlowFolder(),
    signal,
    accept: async (tensorFlow) => {
      const report = await runProbe('tensorflow', {
        threads: availableParallelism(),
        isTimed: false,
        tensorFlow,
        signal,
      });
      if (report.isAvailable) return tensorFlow;
      const problem = report.problem ?? 'no reason was given.';
      throw new TsyndError(
        'install/failed',
        `TensorFlow was fetched, but it does not work here: ${problem}`,
        {
          remedy: `${report.remedy ?? remedyFor('tensorflow')} What was there before is unchanged.`,
        },
      );
    },
  });
  yield { message: 'TensorFlow is installed.' };
}
