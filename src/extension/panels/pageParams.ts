import { z } from 'zod';

import { COMPARED_COUNTS, type CompareApi } from '../../protocol/compareApi.ts';
import type { NameOf } from '../../protocol/envelope.ts';
import { TsyndError } from '../../protocol/errors.ts';
import {
  adversarialChoicesSchema,
  mapRequestSchema,
  saliencyChoicesSchema,
} from '../../protocol/explanationSchemas.ts';
import { GALLERY_IMAGES, type GalleryApi } from '../../protocol/galleryApi.ts';
import type { InspectorApi } from '../../protocol/inspectorApi.ts';
import type { ReportApi } from '../../protocol/reportApi.ts';
import { SCORED_SPLITS } from '../../protocol/scoreTable.ts';

// What a page sends is checked here, before a file is opened or a process asked: a page is the one part of us that shows
// names and texts of other people's files.

const id = z.string().min(1).max(256);
/** A decision may be about all samples of a run. */
const ids = z.array(id);
/** A page asks for what fits on a few screens. */
const screenIds = z.array(id).max(4096);
const folder = z.string().min(1);
const image = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), path: z.string().min(1) }),
  z.strictObject({ kind: z.literal(['source', 'synthetic']), run: folder, sampleId: id }),
  z.strictObject({
    kind: z.literal('dataset'),
    run: folder,
    split: z.enum(SCORED_SPLITS),
    index: z.int().min(0),
  }),
  z.strictObject({ kind: z.literal('scored'), folder, id }),
]);

type ParamsSchemas<A extends Record<keyof A, { readonly params: unknown }>> = {
  readonly [M in keyof A]: z.ZodType<A[M]['params']>;
};

export const galleryParams: ParamsSchemas<GalleryApi> = {
  'gallery/load': z.null(),
  'gallery/images': z.strictObject({ ids: screenIds, of: z.enum(GALLERY_IMAGES) }),
  'gallery/maps': z.strictObject({
    ids: screenIds,
    of: z.enum(GALLERY_IMAGES),
    request: mapRequestSchema,
  }),
  'gallery/sample': z.strictObject({ id }),
  'gallery/scoredImage': z.strictObject({ id }),
  'gallery/decide': z.strictObject({ ids, decision: z.enum(['accepted', 'rejected', 'cleared']) }),
  'gallery/undo': z.null(),
  'gallery/redo': z.null(),
  'gallery/openSource': z.strictObject({ id }),
  'gallery/openSynthetic': z.strictObject({ id }),
  'gallery/export': z.null(),
  'gallery/textFocus': z.strictObject({ hasFocus: z.boolean() }),
  'gallery/resume': z.null(),
};

const expectedMaps = { run: folder, comparedWith: folder.optional(), request: mapRequestSchema };

export const inspectorParams: ParamsSchemas<InspectorApi> = {
  'inspector/load': z.null(),
  'inspector/pixels': z.strictObject({ image }),
  'inspector/describe': z.strictObject({ image }),
  'inspector/predict': z.strictObject({ image, run: folder }),
  'inspector/maps': z.strictObject({ image, ...expectedMaps }),
  'inspector/adversarial': z.strictObject({
    image,
    run: folder,
    comparedWith: folder.optional(),
    choices: adversarialChoicesSchema,
  }),
  'inspector/expect': z.strictObject({ maps: z.array(z.strictObject(expectedMaps)).max(2) }),
  'inspector/chooseRun': z.strictObject({ run: folder }),
  'inspector/compareWith': z.strictObject({ run: folder.nullable() }),
};

export const compareParams: ParamsSchemas<CompareApi> = {
  'compare/load': z.null(),
  'compare/images': z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('split'),
      split: z.enum(SCORED_SPLITS),
      count: z.literal(COMPARED_COUNTS),
    }),
    z.strictObject({ kind: z.literal('files') }),
  ]),
  'compare/pixels': z.strictObject({ id }),
  'compare/maps': z.strictObject({ run: folder, ids: screenIds, request: mapRequestSchema }),
  'compare/adversarial': z.strictObject({ run: folder, id, choices: adversarialChoicesSchema }),
  'compare/relevance': z.null(),
  'compare/measure': z.strictObject({
    limit: z.int().min(1).optional(),
    saliency: saliencyChoicesSchema,
    adversarial: adversarialChoicesSchema,
  }),
  'compare/stopMeasuring': z.null(),
  'compare/chooseRuns': z.null(),
};

export const reportParams: ParamsSchemas<ReportApi> = {
  'report/load': z.null(),
  'report/images': z.strictObject({ dataset: id, indices: z.array(z.int().min(0)).max(4096) }),
  'report/openImage': z.strictObject({ dataset: id, index: z.int().min(0), cell: id }),
  'report/openRun': z.strictObject({ cell: id }),
  'report/save': z.strictObject({ format: z.enum(['html', 'md', 'csv']) }),
  'report/continue': z.null(),
  'report/stop': z.null(),
};

/** `handlers` that are called with checked parameters alone. Throws TsyndError 'process/protocol' for others. */
export function checked<H extends object>(handlers: H, schemas: Readonly<Record<NameOf<H>, z.ZodType>>): H {
  const entries = Object.entries(handlers as Readonly<Record<string, AnyHandler>>);
  return Object.fromEntries(
    entries.map(([method, handler]) => {
      const schema = schemas[method as NameOf<H>];
      const check: AnyHandler = (params, context) => {
        const parsed = schema.safeParse(params);
        if (parsed.success) return handler(parsed.data, context);
        throw new TsyndError(
          'process/protocol',
          `The page asked for '${method}' in a way that makes no sense.`,
          {
            details: { issues: z.prettifyError(parsed.error) },
          },
        );
      };
      return [method, check];
    }),
  ) as H;
}

type AnyHandler = (params: unknown, context: unknown) => unknown;
