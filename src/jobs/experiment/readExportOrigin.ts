import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { EXPORT_NAMES } from '../../data/exportNames.ts';
import { parseJson } from '../../data/parseJson.ts';
import { readIfPresent } from '../../data/readIfPresent.ts';
import { openZip } from '../../data/zipArchive.ts';
import { TsyndError } from '../../protocol/errors.ts';

const factsSchema = z.object({
  run: z.string().min(1),
  dataset: z.object({ name: z.string(), sha256: z.string() }),
  synthetic: z.int().min(0),
});

/** What a curated export says of where it comes from. */
export interface ExportOrigin extends z.infer<typeof factsSchema> {
  /** What a person calls it: the name of its folder or archive. */
  readonly name: string;
  /** Its folder, or the archive. */
  readonly place: string;
}

/**
 * Reads the `tsynd.json` of a curated export, given by its folder, its archive, or a file in its folder. Throws TsyndError
 * 'dataset/not-found' where there is nothing, and 'dataset/invalid' for what is no curated export.
 */
export async function readExportOrigin(given: string): Promise<ExportOrigin> {
  const target = path.resolve(given);
  const found = await stat(target).catch(() => undefined);
  if (!found) {
    throw new TsyndError('dataset/not-found', `There is no export ${target}.`, {
      remedy: 'Choose a curated export.',
    });
  }
  const isArchive = path.extname(target).toLowerCase() === '.npz';
  const place = found.isDirectory() || isArchive ? target : path.dirname(target);
  const text = isArchive
    ? await readMember(target)
    : (await readIfPresent(path.join(place, EXPORT_NAMES.facts)))?.toString();
  const facts = factsSchema.safeParse(parseJson(text ?? ''));
  if (facts.success) {
    return { ...facts.data, place, name: path.basename(place, isArchive ? path.extname(place) : '') };
  }
  throw new TsyndError(
    'dataset/invalid',
    `${place} is no curated export: it does not say which run it comes from.`,
    {
      remedy: 'Choose what TSynD exported from the gallery, with its tsynd.json.',
    },
  );
}

async function readMember(archivePath: string): Promise<string | undefined> {
  const archive = await openZip(archivePath);
  try {
    return archive.names.includes(EXPORT_NAMES.facts)
      ? (await archive.read(EXPORT_NAMES.facts)).toString()
      : undefined;
  } finally {
    archive.close();
  }
}
