/**
 * A parent to be killed: `holdCompute.ts RUN` goes on with a run in the built compute process, and prints that
 * process's id when the run has come some way.
 */
import { SupervisedProcess } from '../../src/extension/processes/supervisedProcess.ts';
import type { ComputeApi } from '../../src/protocol/computeApi.ts';
import { builtProgram } from '../support/builtProgram.ts';

const compute = new SupervisedProcess<ComputeApi>({
  title: 'compute process',
  script: builtProgram('compute.mjs'),
  log: () => undefined,
});
await compute.request(
  'run/resume',
  { run: process.argv[2] },
  {
    onProgress: ({ done }) => {
      const { status } = compute;
      if (done >= 20 && status.health === 'ready') process.stdout.write(`${status.pid}\n`);
    },
  },
);
