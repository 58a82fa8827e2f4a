import path from 'node:path';
import { z } from 'zod';
import type { ImageRef } from '../protocol/imageData.ts';
import { SCORED_SPLITS } from '../protocol/scoreTable.ts';

/** Paths cross the boundary whole: the working folders of the two ends differ. */
export const absolutePath = z
  .string()
  .refine((value) => path.isAbsolute(value), 'Expected an absolute path.');

/** Ids become file names. */
export const sampleId = z.string().min(1).max(200);

export const imageRef: z.ZodType<ImageRef> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), path: absolutePath }),
  z.strictObject({ kind: z.literal('source'), run: absolutePath, sampleId }),
  z.strictObject({ kind: z.literal('synthetic'), run: absolutePath, sampleId }),
  z.strictObject({
    kind: z.literal('dataset'),
    run: absolutePath,
    split: z.enum(SCORED_SPLITS),
    index: z.int().min(0),
  }),
  z.strictObject({ kind: z.literal('scored'), folder: absolutePath, id: sampleId }),
]);

/** A schema for the parameters of each method of an API. */
export type ParamSchemas<A> = {
  readonly [M in keyof A]: A[M] extends { readonly params: infer P } ? z.ZodType<P> : never;
};
