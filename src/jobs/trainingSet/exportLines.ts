import { z } from 'zod';
import { describeIssues } from '../../data/describeIssues.ts';
import { parseJson } from '../../data/parseJson.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { ParentImage } from './rawPool.ts';

/**
 * What is read of a line of an export's `metadata.jsonl`. Other programs write files of this name, too (Hugging Face's
 * ImageFolder).
 */
const exportLineSchema = z.object({
  /** Relative to the file's folder; absent in archives, whose lines have a split and an index. */
  file_name: z.string().min(1).optional(),
  split: z.string().optional(),
  synthetic: z.boolean().optional(),
  parent_file: z.string().nullish(),
  parent_index: z.int().min(0).nullish(),
});

export type ExportLine = z.infer<typeof exportLineSchema>;

/** What is read of an export's `tsynd.json`. */
const exportFactsSchema = z.object({ dataset: z.object({ sha256: z.string() }) });

export type ExportFacts = z.infer<typeof exportFactsSchema>;

/** Undefined where there is none, or a file of this name says something else. */
export function exportFacts(text: string | undefined): ExportFacts | undefined {
  const parsed = exportFactsSchema.safeParse(parseJson(text ?? ''));
  return parsed.success ? parsed.data : undefined;
}

/**
 * The lines that say whether an image is synthetic; none where the file is another program's. Throws TsyndError
 * 'dataset/invalid' for a damaged line, since the images of the others could not be told apart.
 */
export function readExportLines(text: string, file: string): ExportLine[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const parsed = lines.map((line, index) => {
    const result = exportLineSchema.safeParse(parseJson(line));
    if (result.success) return result.data;
    throw new TsyndError(
      'dataset/invalid',
      `${file}, line ${index + 1}: it does not describe an image (${describeIssues(result.error)}).`,
      { remedy: 'Restore the file, or export the set again.' },
    );
  });
  return parsed.some(({ synthetic }) => synthetic !== undefined) ? parsed : [];
}

export function parentOfLine({
  parent_file: file,
  parent_index: index,
}: ExportLine): ParentImage | undefined {
  if (index === undefined || index === null) return undefined;
  return { index, ...(typeof file === 'string' ? { file } : {}) };
}
