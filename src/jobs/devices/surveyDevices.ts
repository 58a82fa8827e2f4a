import { availableParallelism } from 'node:os';
import type { DeviceName, DeviceReport, DeviceSurvey } from '../../protocol/devices.ts';
import { chooseDevice } from './chooseDevice.ts';
import { machineFacts } from './machineFacts.ts';
import { platformDevices } from './platformDevices.ts';
import { runProbe } from './runProbe.ts';
import { readVerdict, writeVerdict } from './verdictCache.ts';
import { whileAlone } from './whileAlone.ts';
import { whyAbsent } from './whyAbsent.ts';

export interface SurveyRequest {
  /** Of the CPU device; the machine's processors when absent. */
  readonly threads?: number;
  /** Measures also where a verdict is kept. */
  readonly refresh?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told before each device that is tried. */
  readonly onDevice?: ((name: DeviceName) => void) | undefined;
}

/**
 * Tries every device that this kind of machine can have, each in a process of its own and one after the other, and says
 * which one `auto` takes. The verdict is kept until the machine, a driver or a library changes.
 */
export async function surveyDevices({
  threads = availableParallelism(),
  refresh = false,
  signal,
  onDevice,
}: SurveyRequest = {}): Promise<DeviceSurvey> {
  const facts = await machineFacts(threads);
  const findKnown = async (): Promise<DeviceSurvey | undefined> => (refresh ? undefined : readVerdict(facts));
  const measure = async (): Promise<DeviceSurvey> => {
    const devices: DeviceReport[] = [];
    for (const name of platformDevices()) {
      const absent = whyAbsent(name);
      if (!absent) onDevice?.(name);
      devices.push(absent ?? (await runProbe(name, { threads, isTimed: true, signal })));
    }
    const survey = { devices, ...chooseDevice(devices, threads), measuredAt: new Date().toISOString() };
    await writeVerdict(facts, survey);
    return survey;
  };
  const known = await findKnown();
  if (known) return known;
  // Whoever had the turn before may have measured just that.
  return whileAlone(async () => (await findKnown()) ?? (await measure()), { signal });
}

/**
 * The report of one device: the kept verdict where it works by that, else it is tried now, without the clock. A verdict
 * that it fails is not believed, since a person who names a device has done something about it.
 */
export async function reportDevice(
  name: DeviceName,
  { threads, signal, onDevice }: Omit<SurveyRequest, 'refresh'> & { readonly threads: number },
): Promise<DeviceReport> {
  const absent = whyAbsent(name);
  if (absent) return absent;
  const known = (await readVerdict(await machineFacts(threads)))?.devices.find(
    (report) => report.name === name,
  );
  if (known?.isAvailable) return known;
  onDevice?.(name);
  return runProbe(name, { threads, isTimed: false, signal });
}
