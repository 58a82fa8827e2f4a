import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { makeFolder, writeFileAtomic } from '../../data/safeWrite.ts';
import { DEVICE_NAMES, INSTALLABLE, type DeviceSurvey } from '../../protocol/devices.ts';
import type { MachineFacts } from './machineFacts.ts';
import { ownFolders } from './ownFolders.ts';
import { whyAbsent } from './whyAbsent.ts';

const reportSchema = z.strictObject({
  name: z.enum(DEVICE_NAMES),
  description: z.string(),
  isAvailable: z.boolean(),
  error: z.number().optional(),
  stepMs: z.number().positive().optional(),
  problem: z.string().optional(),
  remedy: z.string().optional(),
  install: z.enum(INSTALLABLE).optional(),
});

const cacheSchema = z.strictObject({
  formatVersion: z.literal(1),
  verdicts: z.array(
    z.strictObject({
      facts: z.record(z.string(), z.string()),
      survey: z.strictObject({
        devices: z.array(reportSchema),
        chosen: z.enum(DEVICE_NAMES),
        reason: z.string(),
        measuredAt: z.iso.datetime(),
      }),
    }),
  ),
});

type Cache = z.infer<typeof cacheSchema>;

/** A shell's Node and the editor's, with and without a number of threads, of each machine that shares the folder. */
const KEPT_VERDICTS = 32;

/** A device that is there and failed may have been busy or out of memory: it is tried again after a day. */
const FAILURE_HOLDS_MS = 24 * 3600 * 1000;

/** What was measured on a machine of exactly these facts; undefined where nothing was, or what was no longer holds. */
export async function readVerdict(facts: MachineFacts, now = new Date()): Promise<DeviceSurvey | undefined> {
  const { verdicts } = await readCache();
  const survey = verdicts.find((verdict) => areSame(verdict.facts, facts))?.survey;
  if (!survey) return undefined;
  const age = now.getTime() - Date.parse(survey.measuredAt);
  const hasFailure = survey.devices.some(({ name, isAvailable }) => !isAvailable && !whyAbsent(name));
  return hasFailure && !(age >= 0 && age < FAILURE_HOLDS_MS) ? undefined : survey;
}

/** Keeps a verdict. It is only a cache: where it cannot be written, the next program measures again. */
export async function writeVerdict(facts: MachineFacts, survey: DeviceSurvey): Promise<void> {
  const { verdicts } = await readCache();
  const others = verdicts.filter((verdict) => !areSame(verdict.facts, facts));
  const next = { formatVersion: 1, verdicts: [{ facts, survey }, ...others].slice(0, KEPT_VERDICTS) };
  try {
    await makeFolder(path.dirname(cacheFile()));
    await writeFileAtomic(cacheFile(), `${JSON.stringify(next, undefined, 2)}\n`);
  } catch {
    // As said above.
  }
}

function cacheFile(): string {
  return path.join(ownFolders().cache, 'devices.json');
}

/** A file that is missing, torn or of another version of this program holds nothing. */
async function readCache(): Promise<Cache> {
  try {
    return cacheSchema.parse(JSON.parse(await readFile(cacheFile(), 'utf8')));
  } catch {
    return { formatVersion: 1, verdicts: [] };
  }
}

function areSame(a: MachineFacts, b: MachineFacts): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}
