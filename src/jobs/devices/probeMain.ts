/**
 * A process that tries one device and says on stdout how it did, as JSON whose last line counts: `probe.mjs NAME {"threads": 2, "isTimed": true}`. A
 * driver that crashes or hangs takes this process along, and not the one that asked.
 */
import { z } from 'zod';
import { DEVICE_NAMES } from '../../protocol/devices.ts';
import { probeDevice } from './probeDevice.ts';
import type { ProbeResult } from './probeResult.ts';

const optionsSchema = z.strictObject({
  threads: z.int().min(1),
  isTimed: z.boolean(),
  tensorFlow: z.string().optional(),
});

const [name, options] = process.argv.slice(2);
const result = await probeDevice(
  z.enum(DEVICE_NAMES).parse(name),
  optionsSchema.parse(JSON.parse(options)),
  (correct) => say(correct),
);
// The exit does not wait for a driver's threads.
say(result, () => process.exit(0));

/** A line of its own, whatever a native library has written before. */
function say(value: ProbeResult, onWritten?: () => void): void {
  process.stdout.write(`\n${JSON.stringify(value)}\n`, onWritten);
}
