/** Takes the lock named on the command line, says how that went, and holds it until it is killed. */
import { describeError, TsyndError } from '../../src/protocol/errors.ts';
import { acquireRunLock } from '../../src/runs/runLock.ts';

try {
  await acquireRunLock(process.argv[2]);
  process.stdout.write('held\n');
  setInterval(() => undefined, 1000);
} catch (error) {
  process.stdout.write(`${error instanceof TsyndError ? error.code : describeError(error)}\n`);
}
